/** The ways to move one guest beside each other, and what each orchestrator would do with it. Seconds and bytes. */
import { printTime } from '../address/quantity.ts'
import type { Progress } from '../reach/pair.ts'
import { migrationProfiles } from '../infra/parts.ts'
import type { MoveOptions } from './options.ts'
import { preflight } from './preflight.ts'
import type { Advice, AdviceRow } from './study-report.ts'
import { transferOf, withOptions, type Setting } from './setting.ts'
import type { Transfer } from './transfer.ts'
import { t, valueIn } from '../words.ts'

const ways: readonly { readonly way: string; readonly options: MoveOptions }[] = [
  { way: 'pre-copy', options: { mode: 'pre-copy', autoConverge: false } },
  { way: 'auto-converge', options: { mode: 'pre-copy', autoConverge: true } },
  { way: 'post-copy', options: { mode: 'post-copy', autoConverge: false } },
  { way: 'hybrid', options: { mode: 'hybrid', autoConverge: false } },
  { way: 'cold', options: { mode: 'cold' } },
]

/** A processor that is slowed down by more than this for long is felt by whoever uses the guest. */
const feltSeconds = 1

function rowOf(name: string, setting: Setting, went: Transfer): AdviceRow {
  const { mode, profile } = setting.settings
  const blocks = preflight({ ...setting.candidate, mode, live: mode !== 'cold', profile: profile.name }).filter(({ status }) => status === 'block')
  return {
    name, mode, feasible: blocks.length === 0, converged: went.converged, totalSeconds: went.totalSeconds, downtimeSeconds: went.downtimeSeconds, gapSeconds: went.gapSeconds,
    transferredBytes: went.transferredBytes, slowedSeconds: went.slowedSeconds, exposedSeconds: went.exposedSeconds, risk: blocks.length > 0 ? 'forbidden' : riskOf(setting, went), risks: blocks.map(({ message }) => message),
  }
}

/** In a sentence; the order of the words is that of their weight. */
function riskOf({ settings }: Setting, went: Transfer): string {
  if (went.converged === false) return t('never ends by itself')
  if (went.exposedSeconds > 0) return t`for ${printTime(went.exposedSeconds)} a lost source or path loses the guest; its memory is slow meanwhile`
  if (settings.mode === 'cold') return t('the guest ends and begins anew: sessions and what was only in memory are gone')
  if (went.slowedSeconds > feltSeconds) return t`the guest loses ${printTime(went.slowedSeconds)} of processor time while it runs`
  return went.converged === null ? 'unknown' : t`low: ${t('until the switch-over a failure leaves it where it was')}`
}

const rank = (row: AdviceRow): number => (row.converged === false ? 4 : row.mode === 'cold' ? 3 : row.exposedSeconds > 0 ? 2 : row.slowedSeconds > feltSeconds ? 1 : 0)

/**
 * Five ways for a VM, two for a container; the best is the one that ends with the least risk, then the shortest gap, then the
 * shortest time. And the same move by every orchestrator's defaults, the file's own limits set aside.
 */
export function* advise(setting: Setting): Generator<Progress, Advice> {
  const possible = setting.guest.kind === 'container' ? ways.filter(({ way }) => way === 'pre-copy' || way === 'cold') : ways
  const rows: AdviceRow[] = []
  for (const { way, options } of possible) {
    yield { doing: t('comparing the ways'), done: rows.length, of: possible.length }
    const one = withOptions(setting, options)
    rows.push(rowOf(way, one, transferOf(one)))
  }
  // Cold alone has a time where nobody says what the way carries: that makes it no better.
  const best = rows.some(({ feasible, converged }) => feasible && converged === null) ? undefined : [...rows].filter(({ totalSeconds, feasible }) => totalSeconds !== null && feasible)
    .sort((a, b) => rank(a) - rank(b) || (a.gapSeconds ?? Infinity) - (b.gapSeconds ?? Infinity) || (a.totalSeconds ?? Infinity) - (b.totalSeconds ?? Infinity))[0]
  const bare: Setting = { ...setting, infra: { ...setting.infra, migration: {} } }
  const profiles: AdviceRow[] = []
  for (const profile of setting.guest.kind === 'container' ? [] : migrationProfiles) {
    yield { doing: t('comparing the orchestrators'), done: profiles.length, of: migrationProfiles.length }
    const { downtimeLimit: _limit, autoConverge: _auto, maxBandwidth: _cap, ...options } = setting.options
    const one = withOptions({ ...bare, options }, { mode: setting.settings.mode, profile })
    const went = transferOf(one)
    const { gaveUp } = went
    const row = rowOf(profile, one, went)
    profiles.push({ ...row, risks: [...row.risks, ...(gaveUp === undefined ? [] : [gaveUp]), ...(one.settings.profile.note === undefined ? [] : [t(one.settings.profile.note)])] })
  }
  return { ways: rows, best: best?.name ?? null, because: best ? `${best.name} (${valueIn('low: {0}', best.risk) ?? best.risk})` : rows.some(({ feasible }) => feasible) ? t('nobody says what the path carries, so what goes over it has no known time') : t('every way is forbidden'), profiles }
}
