/** Conflicts between files that describe one estate: looked for when typing rests, carried along while it goes on. */
import { analyze, type Analysis } from '../../core/analysis.ts'
import { conflictsOf, withConflicts } from '../../core/conflicts.ts'
import { described, estateOf, type Described } from '../../core/estate.ts'
import type { Problem } from '../../core/infra/problem.ts'
import type { Analysed } from './analyses.ts'
import { inSlices } from './analyses.ts'
import { readFamily, textOf, type Family, type Surroundings } from './includes.ts'
import { infraFiles, isInfra } from './workspace.ts'

export interface ConflictHooks {
  surroundings(): Surroundings
  /** Uris of the files that are open. */
  open(): readonly string[]
  latest(uri: string): Analysed | undefined
  /** An analysis with other conflicts than before. */
  found(uri: string, analysed: Analysed): void
  failed(uri: string, error: unknown): void
}

interface Known {
  readonly conflicts: readonly Problem[]
  /** All files of the estate, read and checked together. */
  readonly estate: Analysis
}

/** Larger neighbours are not read merely to find out whether they belong here. */
const mostCharacters = 2 ** 20

/** Milliseconds that a text must rest before its neighbours are read. */
const rest = 200

export class Conflicts {
  private readonly known = new Map<string, Known>()
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private listed: Promise<readonly string[]> | undefined
  private readonly hooks: ConflictHooks

  constructor(hooks: ConflictHooks) {
    this.hooks = hooks
  }

  /** Files have come or gone. */
  relist(): void {
    this.listed = undefined
  }

  /** A fresh analysis with the conflicts that were known of the text before, as far as their places are still there. */
  carry(uri: string, fresh: Analysis): Analysis {
    const before = this.known.get(uri)
    if (!before) return fresh
    const there = before.conflicts.filter(({ at, related }) => [at, ...related.map((one) => one.at)].every(({ chunk }) => fresh.places.has(chunk) || (chunk.uri !== uri && before.estate.places.has(chunk))))
    return withConflicts(fresh, there, before.estate)
  }

  /** The files that a file was last compared with. */
  neighbours(uri: string): ReadonlySet<string> {
    return new Set(this.known.get(uri)?.estate.readings.map(({ source }) => source.uri))
  }

  /** Looks again soon. */
  look(uri: string): void {
    clearTimeout(this.timers.get(uri))
    this.timers.set(uri, setTimeout(() => {
      this.timers.delete(uri)
      this.compare(uri).catch((error: unknown) => this.hooks.failed(uri, error))
    }, rest))
  }

  forget(uri: string): void {
    clearTimeout(this.timers.get(uri))
    this.timers.delete(uri)
    this.known.delete(uri)
  }

  private async compare(uri: string): Promise<void> {
    const before = this.hooks.latest(uri)
    if (!before?.analysis.whole) return
    const stale = (): boolean => this.hooks.latest(uri) !== before
    const readings = await this.estateReadings(uri, before.analysis, stale)
    if (stale()) return
    const estate = readings && (await inSlices(analyze(readings, this.known.get(uri)?.estate), stale))
    if (stale()) return
    const own = withoutConflicts(before.analysis, this.known.get(uri))
    if (!estate) {
      if (this.known.delete(uri) && own !== before.analysis) this.hooks.found(uri, { ...before, analysis: own })
      return
    }
    const conflicts = conflictsOf(own, estate)
    const met = this.neighbours(uri)
    this.known.set(uri, { conflicts, estate })
    for (const { source } of estate.readings) if (!met.has(source.uri) && source.uri !== uri && this.hooks.latest(source.uri)) this.look(source.uri)
    const analysis = withConflicts(own, conflicts, estate)
    if (analysis !== before.analysis) this.hooks.found(uri, { ...before, analysis })
  }

  /** Everything that is read together with a file; undefined where it stands alone. Its own part comes last: it is told what others have first. */
  private async estateReadings(uri: string, own: Analysis, stale: () => boolean): Promise<Family['readings'] | undefined> {
    const surroundings = this.hooks.surroundings()
    this.listed ??= infraFiles(surroundings.roots)
    const families = new Map<string, Family['readings']>([[uri, own.readings]])
    const name = own.readings[0]?.infra.name?.value
    // Who includes nothing and does not even hold this file's name has nothing to do with it: not worth reading.
    const mayBelong = (text: string): boolean => text.includes('include') || (name !== undefined && text.includes(name))
    // What an editor has open may not be on disk yet.
    for (const other of new Set([...(await this.listed), ...this.hooks.open().filter(isInfra)])) {
      if (other === uri) continue
      if (stale()) return undefined
      const source = textOf(other, surroundings)
      const family = 'refused' in source || source.text.length > mostCharacters || !mayBelong(source.text) ? undefined : readFamily(source, surroundings)
      if (family) families.set(other, family.readings)
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    const files = [...families.values()].flatMap((readings): readonly Described[] => {
      const one = described(readings)
      return one ? [one] : []
    })
    const members = estateOf(uri, files).filter((one) => one !== uri)
    const mine = new Set(own.readings.map(({ source }) => source.uri))
    const others = new Map(members.flatMap((one) => families.get(one) ?? []).flatMap((reading) => (mine.has(reading.source.uri) ? [] : [[reading.source.uri, reading] as const])))
    return others.size > 0 ? [...others.values(), ...own.readings] : undefined
  }
}

function withoutConflicts(analysis: Analysis, known: Known | undefined): Analysis {
  if (!known || known.conflicts.length === 0) return analysis
  const conflicts = new Set(known.conflicts)
  const problems = analysis.problems.filter((problem) => !conflicts.has(problem))
  return problems.length === analysis.problems.length ? analysis : { ...analysis, problems }
}
