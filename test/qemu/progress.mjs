/** What happens while a guest is moved that is slowed down on the way, read from QEMU's events and answers and from what the guest says of itself. */

const MiB = 2 ** 20

/** `log` gives all that the guest has said; `look` is told each answer of query-migrate, and the milliseconds since the start. */
export function progressOf(log) {
  const passes = []
  const wrote = []
  const throttles = []
  const carried = []
  let read = log().length
  let rest = ''
  const look = (ms, state) => {
    const text = log()
    const lines = (rest + text.slice(read)).split('\n')
    read = text.length
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const found = /^wrote (\d+) (\d+) (\d+)/.exec(line)
      if (found) wrote.push({ ms, at: Number(found[1]), ran: Number(found[2]), pages: Number(found[3]) })
    }
    const percent = state['cpu-throttle-percentage'] ?? 0
    if (percent !== (throttles.at(-1)?.percent ?? 0)) throttles.push({ ms, percent })
    const { ram } = state
    if (!ram) return
    if (state.status === 'active' && ram.mbps > 0 && ram.mbps !== carried.at(-1)) carried.push(ram.mbps)
    if (ram['dirty-sync-count'] !== passes.at(-1)?.sync) passes.push({ sync: ram['dirty-sync-count'], left: ram.remaining, sent: ram.transferred })
    // Slowed down is what follows from a look: the first answer may be too early to tell.
    passes.at(-1).percent = Math.max(passes.at(-1).percent ?? 0, percent)
  }

  /** By how much the guest was slowed down, how long it was so, and what it wrote in such a second: [percent, seconds, MiB/s, share of the time in which it ran]. */
  const levels = () => {
    const ends = [{ ms: 0, percent: 0 }, ...throttles]
    return ends.flatMap(({ ms, percent }, i) => {
      const until = ends[i + 1]?.ms ?? Infinity
      // What it says comes up to a tenth of a second after it was so.
      const during = wrote.filter((one) => one.ms >= ms + 100 && one.ms <= until)
      const [first, last] = [during[0], during.at(-1)]
      if (!first || !last || last.at <= first.at) return []
      const seconds = (last.at - first.at) / 1000
      return [[percent, Math.round(seconds * 100) / 100, Math.round((last.pages - first.pages) * 4096 / MiB / seconds * 100) / 100, Math.round((last.ran - first.ran) / (last.at - first.at) * 1000) / 1000]]
    })
  }

  /** The least, the tenths and the greatest of what QEMU measured that the path carries, MiB/s: by this it judges what fits the limit. */
  const tenths = () => {
    const sorted = carried.map((mbps) => mbps * 1e6 / 8 / MiB).sort((a, b) => a - b)
    return Array.from({ length: 11 }, (_, i) => Math.round(sorted[Math.round(i / 10 * (sorted.length - 1))] * 10) / 10)
  }

  /** `passes`: [milliseconds, KiB left, KiB sent, percent slowed down] just after each look at what was written, but for the last, when the guest has stopped. */
  const end = (events) => {
    const time = ({ timestamp }) => timestamp.seconds * 1000 + timestamp.microseconds / 1000
    const start = events.find(({ event, data }) => event === 'MIGRATION' && data.status === 'setup')
    const at = new Map(events.filter(({ event }) => event === 'MIGRATION_PASS').map((one) => [one.data.pass, Math.round(time(one) - time(start))]))
    return {
      passes: [...at].map(([sync, ms]) => {
        const seen = passes.find((one) => one.sync === sync)
        return seen ? [ms, Math.round(seen.left / 1024), Math.round(seen.sent / 1024), seen.percent] : [ms]
      }).slice(0, -1),
      carriedMiB: tenths(),
      levels: levels(),
    }
  }
  return { look, end }
}
