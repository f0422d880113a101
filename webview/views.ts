/** Views that lie over the picture: what is asked for each, what came of it, and how it is given up. */
import { create } from 'zustand'
import type { DiagramView } from '../core/diagram/diagram.ts'
import type { Answer, Question, ShownDifference, ShownDomains, ShownLoad, ShownNetwork, ShownNetworkDetail, ShownProgress, ShownRevision, TriedFlow } from '../core/protocol.ts'
import { ask } from './host.ts'
import { useStore } from './store.ts'
import { t } from './l10n.ts'

/** A question under way or answered. */
export interface Asked<T> {
  readonly answer?: T | undefined
  readonly failed?: string | undefined
  readonly asking?: boolean
  readonly progress?: ShownProgress | undefined
}

interface Views {
  /** Commit, tag or branch that is compared with. */
  readonly revision: string
  readonly revisions: Asked<readonly ShownRevision[]>
  readonly difference: Asked<ShownDifference>
  readonly networks: Asked<{ readonly networks: readonly ShownNetwork[]; readonly at: readonly string[] }>
  readonly network: Asked<ShownNetworkDetail>
  readonly load: Asked<ShownLoad>
  /** Every network, as a layer. */
  readonly domains: Asked<ShownDomains>
  /** What every declared flow takes at most, as it was typed; and flows that are tried out. */
  readonly each: string
  readonly flows: readonly TriedFlow[]
}

/** What is asked for. */
type Kept = Exclude<keyof Views, 'revision' | 'each' | 'flows'>

export const useViews = create<Views>(() => ({ revision: 'HEAD', revisions: {}, difference: {}, networks: {}, network: {}, load: {}, domains: {}, each: '', flows: [] }))
const { getState: get, setState: set } = useViews

const running = new Map<Kept, AbortController>()

/** Gives up what is asked for a view. */
export function giveUp(view: Kept): void {
  running.get(view)?.abort()
  running.delete(view)
}

/** Asks for a view; an older question for it is given up. What was answered before stays until the new answer is there. */
async function inquire<K extends Kept>(view: K, question: Question, take: (answer: Answer) => Views[K]['answer']): Promise<void> {
  giveUp(view)
  const mine = new AbortController()
  running.set(view, mine)
  const put = (asked: Asked<unknown>): void => set({ [view]: asked } as Partial<Views>)
  const { answer: before } = get()[view]
  put({ answer: before, asking: true })
  const answer = await ask(question, { signal: mine.signal, progress: (progress) => { if (running.get(view) === mine) put({ answer: before, asking: true, progress }) } })
  const given = mine.signal.aborted && running.get(view) === undefined
  if (running.get(view) !== mine && !given) return
  if (!given) running.delete(view)
  const taken = take(answer)
  put(taken === undefined ? { failed: answer.kind === 'failed' ? answer.why : t('an answer to another question came') } : { answer: taken })
}

export function openDifference(): void {
  useStore.setState({ panel: 'difference' })
  void inquire('revisions', { kind: 'revisions' }, (answer) => (answer.kind === 'revisions' ? answer.revisions : undefined))
}

/** Which picture is looked at. */
function seen(): { view: DiagramView; tenant?: string } {
  const { view, tenant } = useStore.getState()
  return { view, ...(tenant !== undefined && { tenant }) }
}

/** With another revision, or again because the text says something else. */
export function askDifference(revision = get().revision): Promise<void> {
  if (revision !== get().revision) set({ revision, difference: {} })
  return inquire('difference', { kind: 'difference', revision, ...seen() }, (answer) => (answer.kind === 'difference' ? answer.difference : undefined))
}

export const openNetworks = (): void => useStore.setState({ panel: 'networks' })

/** All networks, and the one that is meant: of what is chosen, else the one that is shown, else the first. */
export async function askNetworks(at: string | undefined): Promise<void> {
  await inquire('networks', { kind: 'networks', ...(at !== undefined && { at }) }, (answer) => (answer.kind === 'networks' ? { networks: answer.networks, at: answer.at } : undefined))
  const { networks: { answer }, network } = get()
  if (!answer || useStore.getState().panel !== 'networks') return
  const shown = network.answer?.key
  const key = answer.at.find((one) => one === shown) ?? answer.at[0] ?? (answer.networks.some((one) => one.key === shown) ? shown : answer.networks[0]?.key)
  if (key !== undefined) await askNetwork(key, answer.at.includes(key) ? at : undefined)
  else set({ network: {} })
}

/** `from`: who sends the broadcast. */
export function askNetwork(key: string, from?: string): Promise<void> {
  return inquire('network', { kind: 'network', key, ...seen(), ...(from !== undefined && { from }) }, (answer) => (answer.kind === 'network' ? answer.network : undefined))
}

/** For the layer; again because the text says something else. */
export const askDomains = (): Promise<void> => inquire('domains', { kind: 'domains', ...seen() }, (answer) => (answer.kind === 'domains' ? answer.domains : undefined))

export const openLoad = (): void => useStore.setState({ panel: 'load' })

/** With other rates or flows, or again because the text says something else. */
export function askLoad(change: Partial<Pick<Views, 'each' | 'flows'>> = {}): Promise<void> {
  set(change)
  const { each, flows } = get()
  return inquire('load', { kind: 'load', flows, ...(each.trim() !== '' && { each }) }, (answer) => (answer.kind === 'load' ? answer.load : undefined))
}
