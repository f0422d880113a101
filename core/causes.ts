/** What follows from what: the findings behind a failed expectation stand beside it, and what only follows from another finding stands beside that. */
import { keyOf, parseIp } from './address/ip.ts'
import { traceFlow, type Plane } from './forwarding/index.ts'
import { isGuest } from './infra/node.ts'
import type { Infra } from './infra/infra.ts'
import type { Problem, Related } from './infra/problem.ts'
import type { Span } from './text/span.ts'
import { t } from './words.ts'

const most = 3
/** Expectations whose packet is followed once more to see where it ends. */
const mostFollowed = 50

/** A packet that is lost for want of a way: true, but not the cause where an end of it is set up wrongly itself. */
const lostWays: ReadonlySet<string> = new Set(['no-route', 'no-return-route', 'forwarding-off', 'gateway-missing', 'routing-loop'])
const wrongEnds: ReadonlySet<string> = new Set(['gateway-off-link', 'gateway-is-self', 'address-invalid', 'address-outside-subnet', 'address-is-network', 'address-is-broadcast', 'subnet-mismatch', 'unknown-reference', 'wrong-type', 'missing-key'])
/** What a move would break on a host, where the host's own wiring is what is wrong. */
const moveNetwork: ReadonlySet<string> = new Set(['migration-address-moves', 'migration-peers-lost', 'migration-no-path'])
const wrongWiring = (code: string): boolean => /^(tunnel|bridge|vlan|link|interface|native)-/.test(code) || code === 'next-hop-unreachable' || code === 'stacked-master'

const loud = ({ severity }: Problem): boolean => severity === 'error' || severity === 'warning'
const nodeOf = ({ subject }: Problem): string | undefined => (subject === undefined || /^(network|link|tenant):/.test(subject) ? undefined : subject.split(':')[0])

/** Findings with what follows from them beside them; each failed expectation with what makes it fail, errors first. */
export function withCauses(problems: readonly Problem[], infra: Infra, plane: Plane): readonly Problem[] {
  const owners = ownersOf(infra)
  return expectations(consequences(problems, infra, owners), infra, plane, owners)
}

/** Who has an address, by name; worked out when it is first asked. */
function ownersOf(infra: Infra): (address: string) => string | undefined {
  let owners: Map<string, string> | undefined
  return (address) => {
    const ip = parseIp(address)
    if (!ip) return undefined
    if (!owners) {
      owners = new Map()
      for (const node of infra.nodes.values()) for (const one of node.interfaces.values()) for (const { value } of one.addresses) owners.set(String(keyOf(value.ip)), node.name)
    }
    return owners.get(String(keyOf(ip)))
  }
}

/** A place as text: the same for equal spans. */
function keys(): (span: Span) => string {
  const chunks = new Map<object, number>()
  return ({ chunk, start, end }) => {
    let number = chunks.get(chunk)
    if (number === undefined) chunks.set(chunk, (number = chunks.size))
    return `${number} ${start} ${end}`
  }
}

function consequences(problems: readonly Problem[], infra: Infra, ownerOf: (address: string) => string | undefined): readonly Problem[] {
  const dependent = problems.filter(({ code }) => lostWays.has(code) || moveNetwork.has(code))
  if (dependent.length === 0) return problems
  const keyOf = keys()
  const moves = new Map(infra.expectations.flatMap((one) => (one.kind === 'migrate' ? [[keyOf(one.at), one.to.value] as const] : [])))
  const causeOf = (problem: Problem): Problem | undefined => {
    if (lostWays.has(problem.code)) {
      const { from, to } = problem.counterexample ?? {}
      const ends = new Set([from, to === undefined ? undefined : ownerOf(to) ?? to])
      return problems.find((one) => one.severity === 'error' && wrongEnds.has(one.code) && ends.has(nodeOf(one) ?? ''))
    }
    const hosts = new Set(problem.related.flatMap(({ at }) => moves.get(keyOf(at)) ?? []))
    return problems.find((one) => loud(one) && wrongWiring(one.code) && hosts.has(nodeOf(one) ?? ''))
  }
  const follows = new Map<Problem, Problem[]>()
  const dropped = new Set<Problem>()
  for (const problem of dependent) {
    const cause = causeOf(problem)
    if (!cause || cause === problem) continue
    dropped.add(problem)
    const list = follows.get(cause)
    if (list) list.push(problem)
    else follows.set(cause, [problem])
  }
  return dropped.size === 0 ? problems : problems.filter((one) => !dropped.has(one)).map((one) => {
    const after = follows.get(one)
    // What a consequence was asked for by is now asked of its cause.
    if (!after) return one
    const places = new Map([...one.related, ...after.slice(0, most).flatMap(({ message, at, related }): Related[] => [{ message: t`so ${message}`, at }, ...related])].map((each) => [`${each.message} ${keyOf(each.at)}`, each]))
    return { ...one, related: [...places.values()] }
  })
}

function expectations(problems: readonly Problem[], infra: Infra, plane: Plane, ownerOf: (address: string) => string | undefined): readonly Problem[] {
  const failed = problems.filter(({ code }) => code === 'expectation-failed')
  if (failed.length === 0) return problems
  const keyOf = keys()
  const byPlace = new Map<string, Problem[]>(failed.map(({ at }) => [keyOf(at), []]))
  for (const problem of problems) {
    if (problem.code === 'expectation-failed') continue
    for (const place of new Set(problem.related.map(({ at }) => keyOf(at)))) byPlace.get(place)?.push(problem)
  }
  let followed = 0
  return problems.map((problem) => {
    if (problem.code !== 'expectation-failed') return problem
    const told = byPlace.get(keyOf(problem.at)) ?? []
    if (told.length > 0) {
      const first = [...told.filter(({ severity }) => severity === 'error'), ...told.filter(({ severity }) => severity !== 'error')].slice(0, most)
      return { ...problem, related: [...problem.related, ...first.map(({ code, message, at }) => ({ message: t`because of ${code}: ${message}`, at }))] }
    }
    const near = followed++ < mostFollowed ? whereItEnds(problem, problems, infra, plane, ownerOf) : []
    return near.length === 0 ? problem : { ...problem, related: [...problem.related, ...near] }
  })
}

/** Where the packet of a failed expectation ends, and what is wrong at that device, or at one of the two ends. */
function whereItEnds({ counterexample, at: own }: Problem, problems: readonly Problem[], infra: Infra, plane: Plane, ownerOf: (address: string) => string | undefined): readonly Related[] {
  if (!counterexample) return []
  const { from, to, proto = 'icmp', port, size, df = false } = counterexample
  const target = infra.nodes.get(to) ?? infra.nodes.get(ownerOf(to) ?? '')
  const ip = parseIp(to) ?? [...target?.interfaces.values() ?? []].flatMap((one) => one.addresses)[0]?.value.ip
  const trace = ip && infra.nodes.has(from)
    ? traceFlow(plane, { from, to: ip, proto, size: size ?? (proto === 'icmp' ? 84 : 60), df, ...(port !== undefined && { port }), ...(infra.nodes.has(to) && { toNode: to }) })
    : undefined
  const way = trace?.reason === 'no-return' ? trace.reply : trace
  const last = way?.verdict === 'dropped' ? way.hops.at(-1) : undefined
  const ends = [infra.nodes.get(from), target].flatMap((node) => (node ? [node.name, ...(isGuest(node) && node.host ? [node.host.value] : [])] : []))
  const wrong = problems.filter((one) => one.code !== 'expectation-failed' && loud(one) && one.at !== own)
  const label = last?.interface ? `${last.node}:${last.interface}` : last?.node
  const exact = wrong.filter(({ subject }) => subject !== undefined && label !== undefined && (subject === label || (subject.startsWith('link:') && subject.includes(label))))
  const causes = exact.length > 0 ? exact : wrong.filter((one) => one.severity === 'error' && [last?.node, ...ends].includes(nodeOf(one)))
  if (causes.length > 0) return causes.slice(0, most).map(({ code, message, at }) => ({ message: t`perhaps because of ${code}: ${message}`, at }))
  return last?.at && last.at !== own ? [{ message: t`dropped here: ${last.detail}`, at: last.at }] : []
}
