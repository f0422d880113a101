/** A trace on paper, where nobody steps through it: its hops are numbered where they happen, and the lines that it takes are lit. */
import type { Mark } from '../diagram/diagram.ts'
import type { ShownHop, ShownTrace } from '../protocol.ts'
import { t } from '../words.ts'

/** By the diagram's ids. What the way back meets first is marked as well, without a number. */
export function marksOfTrace({ hops, verdict, reply }: ShownTrace): ReadonlyMap<string, Mark> {
  const steps = new Map<string, number[]>()
  let count = 0
  let last: string | undefined
  for (const { node } of hops) {
    if (node === last) continue
    last = node
    steps.set(node, [...(steps.get(node) ?? []), ++count])
  }
  const of = new Map<string, Mark>()
  for (const line of [hops, reply?.hops ?? []].flatMap(linesOf)) of.set(line, { look: 'carries', said: t('on the way') })
  // Delivered is what arrives and is answered: what got there and was not answered ends on its way back.
  const arrived = verdict === 'delivered' || (reply !== null && reply.hops.length > 0)
  for (const [node, at] of steps) of.set(node, { look: node === last && !arrived ? ended(verdict) : 'reached', word: `${at.join('·')}${node === last && !arrived ? signs[ended(verdict)] : ''}`, said: t('hop {0}', at.join(', ')) })
  const stopped = arrived && verdict !== 'delivered' ? reply?.hops.at(-1)?.node : undefined
  if (stopped !== undefined) of.set(stopped, { look: ended(verdict), word: `${steps.get(stopped)?.join('·') ?? ''}↩${signs[ended(verdict)]}`, said: t('the answer ends here') })
  return of
}

const ended = (verdict: string): 'lost' | 'unsure' => (verdict === 'dropped' ? 'lost' : 'unsure')
const signs = { lost: '✕', unsure: '?' } as const

const labelOf = ({ node, interface: name }: ShownHop): string => `${node}:${name ?? ''}`

/** Ids of the lines that a way takes, spelled as either end may spell them. What is not drawn has none. */
export function linesOf(hops: readonly ShownHop[]): readonly string[] {
  const lines: string[] = []
  const inside: string[] = []
  for (const [i, hop] of hops.entries()) {
    const [label, next] = [labelOf(hop), hops[i + 1]]
    if (hop.interface !== null && (hop.step === 'transmit' || hop.step === 'receive')) lines.push(`attach:${label}`, `member:${label}`)
    if (next && next.node !== hop.node) lines.push(`link:${label}-${labelOf(next)}`, `link:${labelOf(next)}-${label}`)
    if (hop.step === 'encapsulate') inside.push(label)
    const start = hop.step === 'decapsulate' ? inside.pop() : undefined
    if (start !== undefined) lines.push(`tunnel:${start}-${label}`, `tunnel:${label}-${start}`)
  }
  return lines
}

/** Of hops in a box that is closed: all their numbers, and where the packet ends if that is among them. */
export function sumOfSteps(marks: readonly Mark[]): Mark | undefined {
  const first = marks.find(({ look }) => look === 'lost' || look === 'unsure') ?? marks[0]
  return first && { ...first, word: marks.flatMap(({ word }) => word ?? []).join('·'), said: marks.map(({ said }) => said).join(', ') }
}
