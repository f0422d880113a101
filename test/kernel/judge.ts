/** Puts reach's answers before a real kernel: builds the networks from namespaces, sends the packets, and lists where they differ. */
import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printIp } from '../../core/address/ip.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { labScript } from '../../core/export/lab.ts'
import { reach, reachOne } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { compile, learnedRoutes, traceFlow, type Plane } from '../../core/forwarding/index.ts'
import type { Hop, Trace } from '../../core/forwarding/trace.ts'
import { isStack } from '../../core/infra/node.ts'
import { finished, realisedOf } from '../traces/plane.ts'
import { askedBeside, balancersOf, isBalanced } from './beside.ts'
import { boot, workFolder } from './user-mode-linux.ts'

const here = dirname(fileURLToPath(import.meta.url))

export interface Network {
  readonly name: string
  readonly text: string
}

export interface Disagreement {
  readonly network: string
  readonly pair: string
  readonly of: ReachPair
  readonly ours: string
  readonly kernel: string
}

interface Probe {
  readonly id: string
  readonly network: string
  readonly pair: ReachPair
  readonly kind: 'echo' | 'fits' | 'too long' | 'pieces' | 'tcp'
  /** Of tcp: whether a balancer hands it on, so that what counts is a backend that hears it. */
  readonly handedOn?: boolean
  /** Bytes; of tcp the port. */
  readonly size: number
  /** Of a packet in pieces: what a trace of it says. */
  readonly verdict?: Trace
}

// Longer than most devices take, so that somebody has to cut it: in IPv6 the sender, and only he.
const inPieces = 2500

/** Bytes above the claimed path MTU that no device lets pass: 4 are the room of a VLAN tag. */
const beyond = 5

/** Routers that tell each other use all equal ways, as do written routes with several next hops; of ways with several MTUs the claim is the least, and the kernel's hash may find a wider one. */
const waysDiffer = (infra: Infra): boolean => [...infra.nodes.values()].some((node) => isStack(node) && (node.routing !== undefined || node.routes.some(({ via }) => via.length > 1)))

function probesOf({ name, infra, pairs, plane, certain }: Job, prefix: string, least: boolean): readonly Probe[] {
  const told = new Set<string>()
  const probes = pairs.filter(({ verdict }) => verdict !== 'unknown').flatMap((pair, i): Probe[] => {
    const base = { network: name, pair }
    const id = `${prefix}${i}`
    const mtu = pair.pathMtu
    const whole = certain && mtu !== null ? traceFlow(plane, { from: pair.from, to: pair.address, toNode: pair.to, proto: 'icmp', size: inPieces, df: false }) : undefined
    const courses = whole && pair.address.family === 6 ? coursesOf(whole, pair) : []
    const knows = courses.some((course) => told.has(course))
    if (whole?.verdict === 'dropped') for (const course of courses) told.add(course)
    return [
      { ...base, id: `${id}e`, kind: 'echo', size: 84 },
      // Before anybody hears of a smaller MTU, and once.
      ...(whole && whole.verdict !== 'unknown' && !knows && !nearlyFits(infra, whole) ? [{ ...base, id: `${id}p`, kind: 'pieces' as const, size: inPieces, verdict: whole }] : []),
      ...(mtu === null ? [] : [
        { ...base, id: `${id}f`, kind: 'fits' as const, size: mtu },
        ...(!least && mtu + beyond <= 65535 ? [{ ...base, id: `${id}l`, kind: 'too long' as const, size: mtu + beyond }] : []),
      ]),
    ]
  })
  // An error that says how long a packet may be is for all that goes there from then on, so whoever cuts by what he knows of himself goes first.
  const first = ({ kind, pair }: Probe): boolean => kind === 'pieces' && pair.address.family === 6
  return [...probes.filter(first), ...probes.filter((probe) => !first(probe))]
}

/** Whether what is lost, there or back, would have fitted into the room of a tag, which the kernel grants to whatever comes (__is_skb_forwardable). */
function nearlyFits({ nodes }: Infra, { hops, reply }: Trace): boolean {
  return [hops, reply?.hops ?? []].some((way) => {
    const last = way.at(-1)
    const device = last?.step === 'drop' && last.interface !== null ? nodes.get(last.node)?.interfaces.get(last.interface) : undefined
    return device?.mtu !== undefined && last !== undefined && last.size > device.mtu.value && last.size < device.mtu.value + beyond
  })
}

/** Where a packet and its answer go, each by who sends it. */
function coursesOf({ reply }: Trace, { from, to, address }: ReachPair): readonly string[] {
  const back = reply?.hops[0]?.headers.find((header) => header.startsWith('ipv'))?.split('>')[1]
  return [`${from} ${printIp(address)}`, ...(back === undefined ? [] : [`${to} ${back}`])]
}

const tcpPorts = [80, 8080] as const

/** Connections where something on the way may look at ports. */
function connectsOf(name: string, prefix: string, { infra, plane, pairs }: Job): readonly Probe[] {
  const looks = [...infra.nodes.values()].some((node) => isStack(node) && (node.firewall !== undefined || node.nat.length > 0 || ('securityGroups' in node && node.securityGroups.length > 0) || ('ports' in node && node.ports.length > 0)))
  if (!looks && balancersOf(infra).length === 0) return []
  return pairs.flatMap(({ from, to, address }, i) => tcpPorts.flatMap((port): Probe[] => {
    const pair = reachOne(plane, from, to, address, { proto: 'tcp', port })
    return pair.verdict === 'unknown' ? [] : [{ network: name, pair, id: `${prefix}${i}t${port}`, kind: 'tcp', size: port, handedOn: isBalanced(infra, address, port) }]
  }))
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[]
  readonly asked: number
}

/**
 * Runs all networks in one boot. Who was asked by a neighbour knows it from then on, so a pair that differs is put to a fresh
 * copy of its network once more, alone: what counts is the first packet between two that never met.
 */
export async function judgeNetworks(networks: readonly Network[], options: { readonly keep?: boolean } = {}): Promise<Judgement> {
  const jobs = networks.map(({ name, text }): Job => {
    const infra = realisedOf(text)
    const plane = compile(infra)
    const pairs = [...finished(reach(plane)), ...askedBeside(plane)]
    return { name, infra, plane, pairs, walks: walksOf(infra, pairs), certain: isCertain(infra) }
  })
  const first = await ask(jobs, options.keep ?? false)
  if (first.disagreements.length === 0) return first
  const again = new Map<string, Job>()
  for (const { network, of } of first.disagreements) {
    const job = jobs.find(({ name }) => name === network)
    const key = `${network} ${of.from} ${of.to} ${printIp(of.address)}`
    const same = job?.pairs.find((one) => one.from === of.from && one.to === of.to && printIp(one.address) === printIp(of.address))
    if (job && same && again.size < mostAgain) again.set(key, { ...job, pairs: [same], walks: job.walks.includes(same) ? [same] : [] })
  }
  const second = await ask([...again.values()], options.keep ?? false)
  return { disagreements: second.disagreements, asked: first.asked }
}

// A network that is wrong throughout need not be shown pair by pair.
const mostAgain = 60

interface Job {
  readonly name: string
  readonly infra: Infra
  readonly plane: Plane
  readonly pairs: readonly ReachPair[]
  /** Pairs whose way is looked at, device by device. */
  readonly walks: readonly ReachPair[]
  readonly certain: boolean
}

// Ways take their time: a few for each network.
const mostWalks = 3

/** Whether no hash that only the kernel knows takes one of several ways. */
function isCertain(infra: Infra): boolean {
  const nodes = [...infra.nodes.values()]
  return !nodes.some((node) => (isStack(node) && (node.routing !== undefined || node.routes.some(({ via }) => via.length > 1))) || [...node.interfaces.values()].some(({ type }) => type.value === 'bond'))
}

/** Whoever has two legs on one switch answers by both, and which answer comes first is chance. */
function hasTwoLegs({ links }: Infra): boolean {
  const seen = new Set<string>()
  return links.some(({ ends: [a, b] }) => {
    const key = [a.node, b.node].sort().join(' ')
    if (seen.has(key)) return true
    seen.add(key)
    return false
  })
}

/** Some that arrive, far apart in the list; none where chance picks the way. */
function walksOf(infra: Infra, pairs: readonly ReachPair[]): readonly ReachPair[] {
  if (!isCertain(infra) || hasTwoLegs(infra)) return []
  const good = pairs.filter(({ verdict }) => verdict === 'delivered')
  return good.filter((_, i) => i % Math.max(1, Math.ceil(good.length / mostWalks)) === 0).slice(0, mostWalks)
}

/** Ports may come up later than they were told to where the processor is shared: until none listens or learns any more. */
const settled = [
  'for try in $(seq 60); do',
  '  moving=0; for space in $(ls /run/netns); do bridge -n $space -d link 2>/dev/null | grep -qE "state (listening|learning)" && { moving=1; break; }; done',
  '  [ $moving = 0 ] && break; sleep 0.5',
  'done',
].join('\n')

async function ask(jobs: readonly Job[], keep: boolean): Promise<Judgement> {
  const folder = workFolder()
  const probes: Probe[] = []
  const input: string[] = []
  const script: string[] = []
  const ways: { readonly id: string; readonly job: Job; readonly pair: ReachPair }[] = []
  jobs.forEach((job, n) => {
    const { name, infra, plane, walks } = job
    const prefix = `n${n}-`
    writeFileSync(join(folder.path, `lab${n}.sh`), labScript(infra, learnedRoutes(plane)))
    script.push(`P=${prefix} bash lab${n}.sh up >> up${n}.log 2>&1`)
    for (const node of infra.nodes.values()) input.push(`space ${prefix}${node.name}`)
    const connects = connectsOf(name, prefix, job)
    if (connects.length > 0) for (const node of infra.nodes.values()) if (isStack(node)) for (const port of tcpPorts) input.push(`listen ${prefix}${node.name} ${port}`)
    if (connects.length > 0) for (const { on, vip, port, backends } of balancersOf(infra)) input.push(`balance ${prefix}${on} ${vip.family} ${printIp(vip)} ${port} ${backends.join(' ')}`)
    input.push(...connects.map(({ id, pair, size }) => `connect ${id} ${prefix}${pair.from} ${pair.address.family} ${printIp(pair.address)} ${size}`))
    probes.push(...connects)
    const mine = probesOf(job, prefix, waysDiffer(infra))
    probes.push(...mine)
    walks.forEach((pair, i) => {
      ways.push({ id: `${prefix}w${i}`, job, pair })
      input.push(`walk ${prefix}w${i} ${prefix}${pair.from} ${pair.address.family} ${printIp(pair.address)}`)
    })
    input.push(...mine.map(({ id, pair, size, kind }) => `probe ${id} ${prefix}${pair.from} ${pair.address.family} ${printIp(pair.address)} ${size} ${kind === 'echo' ? 0 : kind === 'pieces' ? 2 : 1}`))
  })
  writeFileSync(join(folder.path, 'probes'), input.join('\n') + '\n')
  // A spanning tree listens and learns for two seconds each, the least that Linux takes.
  const trees = jobs.some(({ infra }) => [...infra.nodes.values()].some((node) => (node.kind === 'switch' ? node.stp?.value : [...node.interfaces.values()].some(({ stp }) => stp?.value))))
  script.push('ulimit -n 20000', `sleep ${trees ? 7 : 1}`, ...(trees ? [settled] : []), `perl ${join(here, 'probe.pl')} < probes > answers 2> probe.log`)
  const booted = await boot(script.join('\n'), folder.path, 60 + jobs.length * 30)
  const answers = join(folder.path, 'answers')
  if (!existsSync(answers)) throw new Error(`the kernel said nothing:\n${booted.console}`)
  const lines = readFileSync(answers, 'utf8').trim().split('\n')
  const counted = new Map(lines.filter((line) => line.startsWith('walk ')).map((line) => [line.split(' ')[1] ?? '', line.split(' ')[2] ?? '-']))
  const said = new Map(lines.map((line) => {
    const [id = '', at = '-', answered = '0', errors = '-'] = line.split(' ')
    return [id, { at: at === '-' ? [] : at.split(','), answered: answered === '1', errors: errors === '-' ? [] : errors.split(',') }] as const
  }))
  if (!keep) folder.remove()
  const byName = new Map(jobs.map((job) => [job.name, job]))
  const externals = new Set(jobs.flatMap(({ name, infra }) => [...infra.nodes.values()].filter(({ kind }) => kind === 'external').map((node) => `${name} ${node.name}`)))
  return {
    asked: probes.length + ways.length,
    disagreements: [...probes.flatMap((probe) => [...compareOne(probe, externals, said.get(probe.id)), ...compareErrors(probe, byName.get(probe.network), said.get(probe.id)?.errors)]), ...ways.flatMap(({ id, job, pair }) => compareWay(job, id, pair, counted.get(id)))],
  }
}

function compareOne(probe: Probe, externals: ReadonlySet<string>, said: { readonly at: readonly string[]; readonly answered: boolean; readonly errors: readonly string[] } | undefined): readonly Disagreement[] {
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
function compareErrors(probe: Probe, job: Job | undefined, errors: readonly string[] | undefined): readonly Disagreement[] {
  const { pair, kind, size } = probe
  if (!job || !errors || kind === 'tcp' || kind === 'pieces' || !job.certain) return []
  const { from, to, address } = pair
  const trace = traceFlow(job.plane, { from, to: address, toNode: to, proto: 'icmp', size, df: kind !== 'echo' })
  const outer = (trace.hops.at(-1)?.headers.filter((header) => header.startsWith('ipv')).length ?? 0) > 1
  if (trace.verdict === 'unknown' || trace.reason === 'tunnel' || (outer && trace.hops[0]?.node === trace.hops.find(({ step }) => step === 'encapsulate')?.node)) return []
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
  if (kind !== 'echo' || pair.address.family !== 4 || infra.nodes.get(pair.from)?.kind === 'external') return []
  const told = [...new Set(trace.hops.flatMap(({ table }) => (table?.startsWith('redirect ') ? [table.slice('redirect '.length)] : [])))].sort().join(' ') || '-'
  const theirs = [...new Set(heard.map((one) => one.slice(one.indexOf('/5.') + '/5.1.'.length)))].sort().join(' ') || '-'
  return told === theirs ? [] : [{ network: name, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (redirect)`, ours: told, kernel: theirs }]
}

/** The devices that a trace says a packet and its answer leave or enter by, against those that counted it. */
function compareWay({ name, infra, plane }: Job, id: string, pair: ReachPair, counted: string | undefined): readonly Disagreement[] {
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
