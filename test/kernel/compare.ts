/** Where the kernel's answers differ from ours, in words. */
import { printIp } from '../../core/address/ip.ts'
import { traceFlow } from '../../core/forwarding/index.ts'
import type { Hop, Trace } from '../../core/forwarding/trace.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { isStack } from '../../core/infra/node.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { nearlyFits, type Disagreement, type Job, type Probe } from './probes.ts'

export function compareOne(probe: Probe, externals: ReadonlySet<string>, said: { readonly at: readonly string[]; readonly answered: boolean; readonly errors: readonly string[] } | undefined): readonly Disagreement[] {
  const { pair, kind, size, network } = probe
  if (!said) return [{ network, of: pair, pair: `${pair.from} → ${pair.to}`, ours: pair.verdict, kernel: 'no answer from the kernel' }]
  const prefix = probe.id.slice(0, probe.id.indexOf('-') + 1)
  const arrived = said.at.includes(`${prefix}${pair.to}`)
  if (kind === 'tcp') {
    // An accepted connection has had its answer.
    const ours = pair.verdict === 'delivered'
    // Of several who have the address one takes the connection: no news of the others.
    const another = pair.reason === 'not-delivered' && !arrived
    if (ours === (probe.handedOn ? said.at.length > 0 : said.answered && !another)) return []
    return [{ network, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (tcp ${size})`, ours: `${pair.verdict} ${pair.reason ?? ''} ${pair.because ?? ''}`, kernel: said.answered ? `connected to ${said.at.join(', ')}` : 'no connection' }]
  }
  if (kind === 'pieces') {
    // Who answers has to cut as well.
    const { verdict = pair.verdict, reason = pair.reason, because = pair.because } = probe.verdict ?? {}
    const there = verdict === 'delivered' || reason === 'no-return'
    if (arrived === there && (!arrived || said.answered === (verdict === 'delivered'))) return []
    // Who sends into a tunnel of its own remembers what was too long for it, and its second try is shorter.
    if ((arrived || !there) && [...(probe.verdict?.hops ?? []), ...(probe.verdict?.reply?.hops ?? [])].some(({ step }) => step === 'encapsulate')) return []
    return [{ network, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (${size} in pieces)`, ours: `${verdict} ${reason ?? ''} ${because ?? ''}`, kernel: `${arrived ? 'it arrives' : 'it does not arrive'}${said.answered ? ' and is answered' : ''}` }]
  }
  const expected = kind === 'too long' ? false : kind === 'fits' ? true : pair.verdict === 'delivered' || pair.reason === 'no-return'
  const faults: string[] = []
  // A lab's external takes a source that it could not answer for one of its own, and lets it fall.
  const mute = pair.reason === 'no-return' && externals.has(`${network} ${pair.to}`)
  if (arrived !== expected && !mute) faults.push(arrived ? 'it arrives' : `it does not arrive${said.at.length > 0 ? ` but at ${said.at.join(', ')}` : ''}`)
  // An answer from somebody else who has the address is not what was asked about.
  // Who was told of a nearer way takes it from the second packet on, and may meet whoever answers there.
  const nearer = said.answered && said.errors.some(isRedirect)
  if (kind === 'echo' && arrived && !nearer && said.answered !== (pair.verdict === 'delivered')) faults.push(said.answered ? 'an answer comes' : 'no answer comes')
  return faults.length === 0 ? [] : [{
    network, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (${kind} ${size})`,
    ours: `${pair.verdict} ${pair.reason ?? ''} ${pair.because ?? ''} mtu ${pair.pathMtu ?? '-'}`, kernel: faults.join('; '),
  }]
}

const isRedirect = (error: string): boolean => error.includes('/5.')

/**
 * The ICMP error that the sender hears, if any: from whom, which, and the MTU in it. Not where chance picks the way, where an outer packet was
 * lost (a tunnel's device remembers that for later packets), or of what the sender tells itself, as that is its own system call's matter.
 */
export function compareErrors(probe: Probe, job: Job | undefined, errors: readonly string[] | undefined): readonly Disagreement[] {
  const { pair, kind, size } = probe
  if (!job || !errors || kind === 'tcp' || kind === 'pieces' || !job.certain) return []
  const { from, to, address } = pair
  const trace = traceFlow(job.plane, { from, to: address, toNode: to, proto: 'icmp', size, df: kind !== 'echo' })
  const outer = (trace.hops.at(-1)?.headers.filter((header) => header.startsWith('ipv')).length ?? 0) > 1
  if (trace.verdict === 'unknown' || nearlyFits(job.infra, trace) || trace.reason === 'tunnel' || (outer && trace.hops[0]?.node === trace.hops.find(({ step }) => step === 'encapsulate')?.node)) return []
  const { error } = trace
  const own = new Set([...(job.infra.nodes.get(from)?.interfaces.values() ?? [])].flatMap(({ addresses }) => addresses.map(({ value }) => printIp(value.ip))))
  const isOwn = (address: string): boolean => own.has(address)
  const ours = error?.verdict === 'delivered' && !isOwn(error.icmp.from) ? `${error.icmp.from}/${error.icmp.type}.${error.icmp.code}.${error.icmp.mtu ?? 0}` : '-'
  const theirs = errors.filter((one) => !isRedirect(one) && !isOwn(one.slice(0, one.indexOf('/')))).join(' and ') || '-'
  if (theirs !== '-' && ours === '-' && pair.verdict === 'delivered' && hasCopies(job.infra)) return []
  const redirect = compareRedirect(job, probe, trace, errors.filter(isRedirect))
  if (ours === theirs) return redirect
  return [...redirect, { network: job.name, of: pair, pair: `${from} → ${to} ${printIp(address)} (error, ${kind} ${size})`, ours: `${ours} (${trace.verdict} ${trace.reason ?? ''} ${error?.because ?? trace.because ?? ''})`, kernel: theirs }]
}

/** The nearer way that a first router tells of: whoever took it goes that way with the next packet, so that only the first is compared. */
function compareRedirect({ name, infra }: Job, { pair, kind }: Probe, trace: Trace, heard: readonly string[]): readonly Disagreement[] {
  const sender = infra.nodes.get(pair.from)
  // What is compared is what the sender hears, and its own filter may keep that from it.
  if (kind !== 'echo' || pair.address.family !== 4 || !sender || !isStack(sender) || sender.kind === 'external' || sender.firewall?.input) return []
  const told = [...new Set(trace.hops.flatMap(({ table }) => (table?.startsWith('redirect ') ? [table.slice('redirect '.length)] : [])))].sort().join(' ') || '-'
  const theirs = [...new Set(heard.map((one) => one.slice(one.indexOf('/5.') + '/5.1.'.length)))].sort().join(' ') || '-'
  return told === theirs ? [] : [{ network: name, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (redirect)`, ours: told, kernel: theirs }]
}

/** The devices that a trace says a packet and its answer leave or enter by, against those that counted it. */
export function compareWay({ name, infra, plane }: Job, id: string, pair: ReachPair, counted: string | undefined): readonly Disagreement[] {
  const prefix = id.slice(0, id.indexOf('-') + 1)
  const trace = traceFlow(plane, { from: pair.from, to: pair.address, toNode: pair.to, proto: 'icmp', size: 84, df: false })
  const hops = [...trace.hops, ...(trace.reply?.hops ?? [])]
  // Who is told of a nearer way takes it from the second packet on.
  if (hops.some(({ table }) => table?.startsWith('redirect '))) return []
  const label = ({ node, interface: device }: Hop): string => `${prefix}${node}:${device}`
  // What frames pass on the way to a device of its own (a bridge's port, a vlan's parent) counts them, too, whatever the trace makes of it.
  const crossed = new Set(hops.filter(({ step, interface: device }) => device !== null && (step === 'transmit' || step === 'receive')).map(label))
  const named = new Set(hops.filter(({ interface: device }) => device !== null).map(label))
  const seen = new Set((counted ?? '-').split(',').filter((one) => one !== '-'))
  const aside = (device: string): boolean => {
    const [node = '', one = ''] = device.slice(prefix.length).split(':')
    const type = infra.nodes.get(node)?.interfaces.get(one)?.type.value
    return type === undefined || type === 'bridge' || type === 'loopback' || type === 'vrf' || type === 'vlan' || type === 'ipvlan' || type === 'macvlan' || type === 'macvtap'
  }
  const missing = [...crossed].filter((device) => !seen.has(device) && !aside(device))
  const extra = hasCopies(infra) ? [] : [...seen].filter((device) => !named.has(device) && !aside(device))
  if (missing.length === 0 && extra.length === 0) return []
  return [{
    network: name, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (way)`, ours: [...crossed].join(' '),
    kernel: `${missing.length > 0 ? `not counted at ${missing.join(' ')} ` : ''}${extra.length > 0 ? `also counted at ${extra.join(' ')}` : ''}`,
  }]
}

/**
 * Frames go where nobody takes them, and are counted there, or refused by a tunnel on the way: a VTEP that learns nothing sends every frame to everybody,
 * and no bridge learns the address of what stands on it with an address of its own.
 */
const hasCopies = (infra: Infra): boolean => [...infra.nodes.values()].some((node) => [...node.interfaces.values()].some(({ tunnel, type, link, hostSide }) => {
  const below = hostSide ? infra.nodes.get(hostSide.node)?.interfaces.get(hostSide.interface) : link && node.interfaces.get(link.value)
  return tunnel?.learning?.value === false || (below?.type.value === 'bridge' && (type.value === 'vlan' || type.value.startsWith('macv')))
}))
