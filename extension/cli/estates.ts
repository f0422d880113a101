/** Conflicts between files that are named together and describe one estate. */
import { analyze, type Analysis } from '../../core/analysis.ts'
import { finish } from '../../core/ask.ts'
import { conflictsOf, withConflicts } from '../../core/conflicts.ts'
import { described, estateOf } from '../../core/estate.ts'
import type { Arguments } from './arguments.ts'
import { readNamed, type Memory } from './files.ts'
import type { Streams } from './streams.ts'

/**
 * Adds to a file's analysis what it and the others disagree about. `together` says that all the files are one estate; else they
 * say it themselves. Each estate is checked once.
 */
export function estatesAmong(files: readonly string[], together: boolean, args: Arguments, streams: Streams, memory: Memory): (analysis: Analysis) => Analysis {
  // What comes by standard input can be read but once, and has no neighbours.
  const ours = files.filter((path) => path !== '-' && (together || /\.infra\.(ya?ml|json)$/i.test(path)))
  if (ours.length < 2) return (analysis) => analysis
  const families = new Map(ours.flatMap((path) => {
    const readings = readNamed(path, args, streams, memory)
    const about = readings && described(readings)
    return about ? [[about.uri, { readings, about }] as const] : []
  }))
  const all = [...families.values()].map(({ about }) => about)
  const checked = new Map<string, Analysis>()
  return (analysis) => {
    const uri = analysis.readings[0]?.source.uri ?? ''
    const members = together ? [...families.keys()] : estateOf(uri, all)
    const readings = new Map(members.flatMap((one) => families.get(one)?.readings ?? []).map((reading) => [reading.source.uri, reading] as const))
    if (!families.has(uri) || readings.size <= analysis.readings.length) return analysis
    const key = [...readings.keys()].sort().join(' ')
    let estate = checked.get(key)
    if (!estate) checked.set(key, (estate = finish(analyze([...readings.values()]))))
    return withConflicts(analysis, conflictsOf(analysis, estate), estate)
  }
}
