/** What would end a migration that does not end, and what each way costs. Seconds and bytes. */
import { printBitRate, printSize, printTime } from '../address/quantity.ts'
import { moveMemory, qemuThrottle, type MemoryInput, type MemoryRun } from './memory.ts'
import type { Remedy } from './report.ts'
import { t } from '../words.ts'

/** A wider path is looked for up to so many times this one. */
const mostTimes = 64

/** `input` is one whose `run` did not end. */
export function remediesOf(input: MemoryInput, run: MemoryRun): readonly Remedy[] {
  const { timeout: _none, stopRule: _rule, ...free } = input
  const remedies: Remedy[] = []
  const add = (kind: Remedy['kind'], value: number | null, found: MemoryRun, says: string): void =>
    void remedies.push({ kind, value, totalSeconds: found.seconds, downtimeSeconds: found.downtime, slowedSeconds: found.slowedSeconds, exposedSeconds: found.pullSeconds, says })
  const pulled = moveMemory({ ...free, postCopyAt: { rounds: 2 } })
  add('post-copy', null, pulled, t`switching to post-copy: ${printTime(pulled.seconds)} in all, ${printTime(pulled.downtime)} down, then ${printTime(pulled.pullSeconds)} during which a lost source loses the guest`)
  if (!input.throttle) {
    const slowed = moveMemory({ ...free, throttle: qemuThrottle })
    if (slowed.outcome === 'completed') {
      add('auto-converge', slowed.throttled, slowed, t`auto-converge: ${printTime(slowed.seconds)} in all, ${printTime(slowed.downtime)} down, the guest slowed down by up to ${Math.round(slowed.throttled * 100)} %, ${printTime(slowed.slowedSeconds)} of its processor time lost; a guest that waits between its writes is helped less`)
    }
  }
  // What is left at every look is what a limit must allow.
  const rate = Math.min(input.bandwidth, input.maxBandwidth ?? Infinity)
  const longer = Math.ceil((run.remaining / rate) * 11) / 10
  const waited = moveMemory({ ...free, downtimeLimit: longer })
  if (waited.outcome === 'completed') add('downtime-limit', longer, waited, t`a downtime limit of ${printTime(longer)}: ${printTime(waited.seconds)} in all, ${printTime(waited.downtime)} down`)
  const wider = enough(free)
  if (wider) add('bandwidth', wider.bandwidth, wider.run, t`a path of ${printBitRate(wider.bandwidth * 8)} (${printSize(wider.bandwidth)} a second): ${printTime(wider.run.seconds)} in all, ${printTime(wider.run.downtime)} down`)
  return remedies
}

/** The least bandwidth, to a tenth, that makes it end. */
function enough(input: MemoryInput): { bandwidth: number; run: MemoryRun } | undefined {
  const at = (times: number): MemoryRun => {
    const { maxBandwidth: _cap, ...open } = input
    return moveMemory({ ...open, bandwidth: input.bandwidth * times })
  }
  let [low, high] = [1, 2]
  while (high <= mostTimes && at(high).outcome !== 'completed') [low, high] = [high, high * 2]
  if (high > mostTimes) return undefined
  while (high / low > 1.1) {
    const middle = Math.sqrt(low * high)
    if (at(middle).outcome === 'completed') high = middle
    else low = middle
  }
  return { bandwidth: input.bandwidth * high, run: at(high) }
}
