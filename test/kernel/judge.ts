/** Puts reach's answers before a real kernel: builds the networks from namespaces, sends the packets, and lists where they differ. */
import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printIp } from '../../core/address/ip.ts'
import { labScript } from '../../core/export/lab.ts'
import { reach } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { compile, learnedRoutes } from '../../core/forwarding/index.ts'
import { isStack } from '../../core/infra/node.ts'
import { finished, realisedOf } from '../traces/plane.ts'
import { askedBeside, balancersOf } from './beside.ts'
import { compareErrors, compareOne, compareWay } from './compare.ts'
import { connectsOf, isCertain, probesOf, tcpPorts, walksOf, waysDiffer, type Disagreement, type Job, type Probe } from './probes.ts'
import { boot, workFolder } from './user-mode-linux.ts'

const here = dirname(fileURLToPath(import.meta.url))

export interface Network {
  readonly name: string
  readonly text: string
}

export type { Disagreement }

export interface Judgement {
  readonly disagreements: readonly Disagreement[]
  /** Probes, connections and walks. */
  readonly asked: number
  /** Ordered pairs of nodes with an address of the second. */
  readonly pairs: number
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
  return { ...first, disagreements: second.disagreements }
}

// A network that is wrong throughout need not be shown pair by pair.
const mostAgain = 60

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
    pairs: jobs.reduce((sum, { pairs }) => sum + pairs.length, 0),
    disagreements: [...probes.flatMap((probe) => [...compareOne(probe, externals, said.get(probe.id)), ...compareErrors(probe, byName.get(probe.network), said.get(probe.id)?.errors)]), ...ways.flatMap(({ id, job, pair }) => compareWay(job, id, pair, counted.get(id)))],
  }
}
