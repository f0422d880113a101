/** Several moves as one plan on a terminal. */
import { printSize, printTime, type ShownJoint } from '../../core/shown.ts'
import { table, type Palette } from './streams.ts'

const known = (seconds: number | null): string => (seconds === null ? 'unknown' : printTime(seconds))
const words = { 'at-once': 'all at once', 'in-turn': 'one after the other', 'by-profile': 'as the orchestrator lets' } as const

export function printedTogether({ moves, shared, crossings, paces, notes }: ShownJoint, { bold, dim, green, red, yellow }: Palette): string {
  let text = `${bold('together')}\n`
  text += table(moves.map(({ vm, to, wave, feasible, converged, start, seconds, downtimeSeconds, alone, because }) => [
    `  ${!feasible ? red('✗') : because !== null || converged === false ? yellow('!') : green('✓')}`, vm, `→ ${to}`, wave === null ? 'stays' : `wave ${wave} at ${known(start)}`,
    !feasible ? '' : converged === false ? red('does not converge') : known(seconds), feasible ? `down ${known(downtimeSeconds)}` : '',
    alone ? `alone ${alone.converged === false ? 'never ends' : known(alone.seconds)}` : '', dim(because ?? ''),
  ]))
  for (const { says } of crossings) text += `  ${says}\n`
  for (const { name, capacity, shares } of shared) text += `  ${name}, ${printSize(capacity)}/s: ${shares.map(({ vm, bandwidth }) => `${vm} ${printSize(bandwidth)}/s`).join(', ')}\n`
  text += table(paces.map(({ pace, totalSeconds, worstDowntimeSeconds, endless, stuck }) => [
    `  ${words[pace]}`, stuck > 0 ? red(`${stuck} cannot go`) : endless > 0 ? red(`${endless} never end`) : known(totalSeconds), `down ${known(worstDowntimeSeconds)} at most`,
  ]))
  for (const note of notes) text += `  ${note}\n`
  return text
}
