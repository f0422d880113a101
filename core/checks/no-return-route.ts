/** The packet arrives, and its answer finds no way back. */
import { contains, parseIp, parsePrefix, printIp, printPrefix, type Ip } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import { isTunnelType } from '../infra/interface.ts'
import type { Fix } from '../infra/problem.ts'
import type { Span } from '../text/span.ts'
import type { Check, CheckContext, Report } from './check.ts'
import { byNode, counterexampleOf, failuresOf, hasRefusedRoute, homeOf, pairOf, type Failure } from './shared/demands.ts'
import { devicesAt } from './shared/drop-between.ts'
import { explain } from './shared/explanation.ts'
import { layer2Tunnels } from './shared/model.ts'
import { listed } from './shared/names.ts'
import { routeFixes } from './shared/next-hops.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'no-return-route',
  title: 'The answer finds no way back',
  severity: 'error',
  explanation: explain({
    what: 'A packet arrives where it is expected to, but on the way back some stack has no route to the sender; or a private sender goes out untranslated, and nobody outside can answer.',
    why: 'Every connection hangs, though each hop of the way there looks right. It is the classic of direct routing: the routers were told of one subnet and not of the other.',
    mend: 'Add the route to the sender\'s subnet, or a default gateway, at the stack that the finding names.',
    wrong: 'r2: { routes: [] }   # knows 10.2.0.0/24 only',
    right: 'r2: { routes: [{ to: 10.1.0.0/24, via: 192.0.2.1 }] }',
  }),
  run(context, report) {
    untranslated(context, report)
    const lost = failuresOf(context).filter((failure) => failure.returning && failure.reason === 'no-route' && !cameOutUntranslated(context, failure))
    for (const [node, failures] of byNode(lost)) {
      const [first] = failures
      if (!first) continue
      const sender = senderOf(first)
      if (sender && hasRefusedRoute(node, sender)) continue
      const turned = sender && turnedAway(context, first, sender)
      if (turned) {
        report({ ...turned, message: t`${turned.message}: ${listed([...new Set(failures.map(pairOf))])} arrives and is not answered`,
          related: [{ message: t`${node.name} has no route to ${printIp(sender)}`, at: node.at }, ...failures.slice(0, 9).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at }))],
          counterexample: counterexampleOf(first),
        })
        continue
      }
      report({
        at: node.at, subject: node.name,
        message: t`${node.name} has no route back to ${sender ? printIp(sender) : first.demand.from.name}: ${listed([...new Set(failures.map(pairOf))])} arrives and is not answered`,
        related: failures.slice(0, 10).map((failure) => ({ message: `${pairOf(failure)} ${failure.demand.words}`, at: failure.demand.at })),
        fixes: sender ? routeFixes(context, node, sender, new Set(first.trace.hops.map((hop) => hop.node))) : [],
        counterexample: counterexampleOf(first),
      })
    }
  },
}

/**
 * The stack on the way back that knows the sender no better than by its default route, and sends the answer out of another device
 * than the question came in by: it lacks the route, not whoever gets what was never meant for him. Undefined where nobody does so.
 */
function turnedAway(context: CheckContext, { trace, node: end }: Failure, sender: Ip): { readonly at: Span; readonly subject: string; readonly message: string; readonly fixes: readonly Fix[] } | undefined {
  const back = trace.reply?.hops ?? []
  for (const name of new Set(back.flatMap((hop) => (hop.step === 'forward' ? [hop.node] : [])))) {
    const there = devicesAt(trace.hops, name)
    const out = devicesAt(back, name)?.out
    const node = context.written.nodes.get(name)
    if (!there || out === undefined || there.into === out || name === end?.name || !node || !isStack(node)) continue
    if (node.routes.some((route) => route.to.value.length > 0 && contains(route.to.value, sender))) return undefined
    const device = node.interfaces.get(there.into)
    if (!device || !isTunnelType(device.type.value) || layer2Tunnels.has(device.type.value)) continue
    const home = printPrefix(homeOf(context, sender))
    // A route by the same device is the one that was meant, more often than not.
    const meant = node.routes.find((route) => route.dev?.value === there.into && route.to.value.length > 0)
    return {
      at: meant?.to.at ?? device.at, subject: `${name}:${there.into}`,
      message: t`${name} sends the answer to ${printIp(sender)} by ${out}, and has no route to ${home} by ${there.into}, where the question came from`,
      fixes: [{ title: t`Add a route to ${home} by ${there.into} on ${name}`, preferred: true, change: { kind: 'append', part: { kind: 'node', node: name }, key: 'routes', value: { to: home, dev: there.into } } }],
    }
  }
  return undefined
}

/** The address that the answer is sent to: the destination in the reply's own headers. */
function senderOf({ trace, demand, address }: Failure): Ip | undefined {
  for (const hop of trace.reply?.hops ?? []) {
    for (const header of hop.headers) {
      const match = /^ipv[46] (\S+)>(\S+)$/.exec(header)
      const ip = match && parseIp(match[2] ?? '')
      if (ip) return ip
    }
  }
  return [...demand.from.interfaces.values()].flatMap((one) => one.addresses.map(({ value }) => value.ip)).find((ip) => ip.family === address.family)
}

/** An external has no route back to a private sender, and need not have one: whoever let him out as himself is the cause. */
const cameOutUntranslated = (context: CheckContext, failure: Failure): boolean => {
  const sender = senderOf(failure)
  return sender !== undefined && isPrivate(sender) && context.infra.nodes.get(failure.last.node)?.kind === 'external'
    && failure.trace.hops.some(({ step, node }) => step === 'forward' && context.infra.nodes.get(node)?.kind !== 'external')
}

/** A private sender goes out to an external by a stack that translates nothing there: whoever is outside cannot answer. */
function untranslated(context: CheckContext, report: Report): void {
  const told = new Set<string>()
  for (const failure of failuresOf(context)) {
    const { demand, last, returning, trace } = failure
    const sender = senderOf(failure)
    if (!returning || !sender || !isPrivate(sender) || context.infra.nodes.get(last.node)?.kind !== 'external') continue
    const forward = trace.hops.findLast((hop) => hop.step === 'forward')
    const node = forward && context.written.nodes.get(forward.node)
    const out = forward?.interface
    if (!node || !isStack(node) || typeof out !== 'string' || node.kind === 'external') continue
    // A rule that is there and does not cover the sender is nat-covers-nothing.
    if (told.has(node.name) || node.nat.some((rule) => rule.kind !== 'dnat' && (!rule.out || rule.out.value === out))) continue
    told.add(node.name)
    const subnet = homeOf(context, sender)
    const device = node.interfaces.get(out)
    report({
      at: device?.at ?? node.at, subject: `${node.name}:${out}`,
      message: t`${node.name} sends ${printIp(sender)} of ${demand.from.name} out by ${out} to ${last.node} untranslated: nobody out there has a way back to a private address`,
      related: [{ message: `${pairOf(failure)} ${demand.words}`, at: demand.at }],
      fixes: [{ title: t`Masquerade ${printPrefix(subnet)} out of ${out}`, preferred: true, change: { kind: 'append', part: { kind: 'node', node: node.name }, key: 'nat', value: { masquerade: printPrefix(subnet), out } } }],
      counterexample: counterexampleOf(failure),
    })
  }
}

const own = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap((text) => parsePrefix(text) ?? [])
/** RFC 1918, RFC 6598. */
const isPrivate = (ip: Ip): boolean => own.some((prefix) => contains(prefix, ip))
