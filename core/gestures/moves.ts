/** Several guests go to other hosts, as one change; or are expected to be able to. */
import { isGuest } from '../infra/node.ts'
import { t } from '../words.ts'
import { refuse, type Gesture, type NoPlan, type Plan, type Scene } from './gesture.ts'
import { planMove } from './settings.ts'

type Moves = Extract<Gesture, { kind: 'move-all' | 'expect-moves' }>['moves']

const named = (names: readonly string[]): string => (names.length > 1 ? t`${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : names.join(''))

function titleOf(moves: Moves): string {
  const hosts = [...new Set(moves.map(({ host }) => host))]
  const who = moves.length > 3 ? t`${moves.length} guests` : named(moves.map(({ guest }) => guest))
  return t`Move ${who} to ${hosts.length > 3 ? t`${hosts.length} hosts` : named(hosts)}`
}

/** Refused as a whole where one of them cannot be written: half a plan is none. Who is there already stays. */
export function planMoveAll(scene: Scene, { moves }: Extract<Gesture, { kind: 'move-all' }>): Plan | NoPlan {
  const stranger = moves.find(({ guest }) => { const node = scene.infra.nodes.get(guest); return !node || !isGuest(node) })
  if (stranger) return refuse(t`${stranger.guest} is no guest: only guests move`)
  const going = moves.filter(({ guest, host }) => {
    const node = scene.infra.nodes.get(guest)
    return !(node && isGuest(node) && node.host?.value === host)
  })
  if (going.length === 0) return refuse(moves.length === 0 ? t('nobody is to move') : t('they all are there already'))
  const twice = going.find(({ guest }, i) => going.findIndex((one) => one.guest === guest) < i)
  if (twice) return refuse(t`${twice.guest} is named twice`)
  for (const { guest, host } of going) {
    const plan = planMove(scene, { kind: 'move', guest, host })
    if ('refused' in plan) return plan
  }
  const changes = going.map(({ guest, host }) => ({ kind: 'move' as const, guest, host }))
  const [only] = changes
  return { title: titleOf(going), fields: [], notes: [], change: changes.length === 1 && only ? only : { kind: 'several', changes } }
}

/** One `migrate` expectation for each that is not there yet. */
export function planExpectMoves({ infra, written, home }: Scene, { moves }: Extract<Gesture, { kind: 'expect-moves' }>): Plan | NoPlan {
  const stranger = moves.flatMap(({ guest, host }) => [guest, host]).find((name) => !infra.nodes.has(name))
  if (stranger !== undefined) return refuse(t`there is no ${stranger}`)
  const known = new Set(written.expectations.flatMap((one) => (one.kind === 'migrate' ? [`${one.vm.value}\n${one.to.value}`] : [])))
  const fresh = moves.filter(({ guest, host }) => !known.has(`${guest}\n${host}`))
  if (fresh.length === 0) return refuse(moves.length === 0 ? t('nobody is to move') : t('that is expected already'))
  return {
    title: t`Expect that ${fresh.length > 3 ? t`${fresh.length} guests` : named(fresh.map(({ guest }) => guest))} can migrate`, fields: [], notes: [],
    change: { kind: 'in-turn', home, changes: fresh.map(({ guest, host }) => ({ kind: 'add-expectation', value: { migrate: { vm: guest, to: host } } })) },
  }
}
