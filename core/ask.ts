/** Front door: questions in names, as a person types them; and what the catalogue, the readers and the fabrics know. */
import { parseIp, printIp, type Ip } from './address/ip.ts'
import { parsePortRange } from './address/port.ts'
import { finish, trace, type Analysis } from './analysis.ts'
import type { CheckContext } from './checks/check.ts'
import { endpointsOf } from './checks/shared/selectors.ts'
import { fabricFigures, type Figures } from './fabric/index.ts'
import { formatOf, formats } from './formats/index.ts'
import type { Trace } from './forwarding/trace.ts'
import { isGuest, isStack } from './infra/node.ts'
import { calibrate, hostsMeant, studyCsv, studyMarkdown, sweepCsv } from './migration/index.ts'
import type { Selector } from './infra/parts.ts'
import type { PacketQuestion } from './protocol.ts'
import type { Progress, ReachPair } from './reach/pair.ts'
import type { Source } from './text/source.ts'
import { t } from './words.ts'

export { explainedCodes, explanationOf } from './checks/index.ts'
export { migrationModes, migrationProfiles, type MigrationMode } from './infra/parts.ts'
export { parseByteRate, parseSize, parseTime } from './address/quantity.ts'
export { calibrate, studyCsv, studyMarkdown, sweepCsv }
export type { MoveOptions } from './migration/options.ts'
export { fabricTypes } from './infra/parts.ts'
export { isGuest, isStack, finish }
export type { Progress, ReachPair }
export { differences, type PairDifference, type PairState } from './difference/index.ts'

export interface Refused {
  readonly refused: string
}

const contextOf = (analysis: Analysis): CheckContext => ({ written: analysis.written, infra: analysis.realised.infra, plane: analysis.plane })

const nowhere = { chunk: { uri: '' }, start: 0, end: 0 }

/** `vm1`, `vm1:eth0`, `10.0.0.1`, `tenant:blue`, `network:blue-net`. */
export function parseSelector(text: string): Selector {
  const ip = parseIp(text)
  if (ip) return { value: { kind: 'address', ip }, at: nowhere }
  const colon = text.indexOf(':')
  if (colon < 0) return { value: { kind: 'node', node: text, interface: undefined }, at: nowhere }
  const [head, rest] = [text.slice(0, colon), text.slice(colon + 1)]
  return head === 'tenant' || head === 'network'
    ? { value: { kind: head, name: rest }, at: nowhere }
    : { value: { kind: 'node', node: head, interface: rest }, at: nowhere }
}

/** The names of the stacks that a comma-separated list of selectors stands for; refused where one names nobody. */
export function stacksOf(analysis: Analysis, list: string): readonly string[] | Refused {
  const names = new Set<string>()
  for (const word of list.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const found = endpointsOf(contextOf(analysis), parseSelector(word)).flatMap(({ node }) => (node ? [node.name] : []))
    if (found.length === 0) return { refused: t`${word} names nobody in this file` }
    for (const name of found) names.add(name)
  }
  return names.size > 0 ? [...names] : { refused: t('nobody is named') }
}

/** Which addresses of those stacks are meant: of an address, an interface or a network only their own, of any other name all. */
export function addressesMeant(analysis: Analysis, list: string): (to: string, address: Ip) => boolean {
  const all = new Set<string>()
  const some = new Set<string>()
  for (const word of list.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    for (const { node, interface: only, byAddress, addresses } of endpointsOf(contextOf(analysis), parseSelector(word))) {
      if (!node) continue
      if (only === undefined && !byAddress) all.add(node.name)
      else for (const ip of addresses) some.add(`${node.name} ${printIp(ip)}`)
    }
  }
  return (to, address) => all.has(to) || some.has(`${to} ${printIp(address)}`)
}

/** One packet there and its answer back, between names. Of several addresses the first of a family that the sender has. */
export function traceBetween(analysis: Analysis, request: PacketQuestion): Trace | Refused {
  const context = contextOf(analysis)
  const [from] = endpointsOf(context, parseSelector(request.from))
  if (!from?.node) return { refused: t`there is no ${request.from} that could send` }
  const selector = parseSelector(request.to)
  const [to] = endpointsOf(context, selector)
  if (!to) return { refused: t`there is no ${request.to}` }
  const families = new Set(from.addresses.map(({ family }) => family))
  const address: Ip | undefined = to.addresses.find(({ family }) => families.has(family)) ?? to.addresses[0]
  const flow = {
    from: from.node.name, proto: request.proto, size: request.size, df: request.df,
    ...(from.interface !== undefined && { fromInterface: from.interface }),
    ...(request.port !== undefined && { port: request.port }),
  }
  if (!address) {
    return {
      flow: { ...flow, to: { family: 4, value: 0n } }, verdict: 'dropped', reason: 'not-delivered', pathMtu: null, reply: null, hops: [],
      because: t`${request.to} has no address on an interface that is up`,
    }
  }
  return trace(analysis, { ...flow, to: address, ...(to.node && !to.byAddress && { toNode: to.node.name }) })
}

export const isPort = (text: string): boolean => parsePortRange(text) !== undefined

/** The guests of a host, in file order. */
export const guestsOn = (analysis: Analysis, host: string): readonly string[] =>
  [...analysis.realised.infra.nodes.values()].filter((node) => isGuest(node) && node.host?.value === host).map(({ name }) => name)

/** Whether a word means servers whose guests can be moved away: one by its name, or `rack:NAME`, `site:NAME`. */
export const meansHosts = (analysis: Analysis, word: string): boolean => hostsMeant(analysis.realised.infra, word).length > 0

/** The id and title of every description language that is read. */
export const knownFormats: readonly { readonly id: string; readonly title: string }[] = formats.map(({ id, title }) => ({ id, title }))
export const formatIdOf = (source: Source): string | undefined => formatOf(source)?.id

export const figuresOf = (analysis: Analysis, fabric: string): Figures | undefined => {
  const found = analysis.written.fabrics.get(fabric)
  return found && fabricFigures(found)
}
