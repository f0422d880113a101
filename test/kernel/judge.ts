/** Puts reach's answers before a real kernel: builds the networks from namespaces, sends the packets, and lists where they differ. */
import { readFileSync, writeFileSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { printIp } from '../../core/address/ip.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { labScript } from '../../core/export/lab.ts'
import { reach } from '../../core/reach/index.ts'
import type { ReachPair } from '../../core/reach/pair.ts'
import { compile } from '../../core/forwarding/index.ts'
import { finished, realisedOf } from '../traces/plane.ts'
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
  readonly kind: 'echo' | 'fits' | 'too long'
  readonly size: number
}

/** Bytes above the claimed path MTU that no device lets pass: 4 are the room of a VLAN tag. */
const beyond = 5

function probesOf(name: string, prefix: string, pairs: readonly ReachPair[]): readonly Probe[] {
  return pairs.filter(({ verdict }) => verdict !== 'unknown').flatMap((pair, i): Probe[] => {
    const base = { network: name, pair }
    const id = `${prefix}${i}`
    const mtu = pair.pathMtu
    return [
      { ...base, id: `${id}e`, kind: 'echo', size: 84 },
      ...(mtu === null ? [] : [
        { ...base, id: `${id}f`, kind: 'fits' as const, size: mtu },
        ...(mtu + beyond <= 65535 ? [{ ...base, id: `${id}l`, kind: 'too long' as const, size: mtu + beyond }] : []),
      ]),
    ]
  })
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
    return { name, infra, pairs: finished(reach(compile(infra))) }
  })
  const first = await ask(jobs, options.keep ?? false)
  if (first.disagreements.length === 0) return first
  const again = new Map<string, Job>()
  for (const { network, of } of first.disagreements) {
    const job = jobs.find(({ name }) => name === network)
    const key = `${network} ${of.from} ${of.to} ${printIp(of.address)}`
    if (job && again.size < mostAgain) again.set(key, { ...job, pairs: [of] })
  }
  const second = await ask([...again.values()], options.keep ?? false)
  return { disagreements: second.disagreements, asked: first.asked }
}

// A network that is wrong throughout need not be shown pair by pair.
const mostAgain = 60

interface Job {
  readonly name: string
  readonly infra: Infra
  readonly pairs: readonly ReachPair[]
}

async function ask(jobs: readonly Job[], keep: boolean): Promise<Judgement> {
  const folder = workFolder()
  const probes: Probe[] = []
  const input: string[] = []
  const script: string[] = []
  jobs.forEach(({ name, infra, pairs }, n) => {
    const prefix = `n${n}-`
    writeFileSync(join(folder.path, `lab${n}.sh`), labScript(infra))
    script.push(`P=${prefix} bash lab${n}.sh up >> up${n}.log 2>&1`)
    for (const node of infra.nodes.values()) input.push(`space ${prefix}${node.name}`)
    const mine = probesOf(name, prefix, pairs)
    probes.push(...mine)
    input.push(...mine.map(({ id, pair, size, kind }) => `probe ${id} ${prefix}${pair.from} ${pair.address.family} ${printIp(pair.address)} ${size} ${kind === 'echo' ? 0 : 1}`))
  })
  writeFileSync(join(folder.path, 'probes'), input.join('\n') + '\n')
  // A spanning tree listens and learns for two seconds each, the least that Linux takes.
  const trees = jobs.some(({ infra }) => [...infra.nodes.values()].some((node) => (node.kind === 'switch' ? node.stp?.value : [...node.interfaces.values()].some(({ stp }) => stp?.value))))
  script.push(`sleep ${trees ? 7 : 1}`, `perl ${join(here, 'probe.pl')} < probes > answers 2> probe.log`)
  const booted = await boot(script.join('\n'), folder.path, 60 + jobs.length * 30)
  const answers = join(folder.path, 'answers')
  if (!existsSync(answers)) throw new Error(`the kernel said nothing:\n${booted.console}`)
  const said = new Map(readFileSync(answers, 'utf8').trim().split('\n').map((line) => {
    const [id = '', at = '-', answered = '0'] = line.split(' ')
    return [id, { at: at === '-' ? [] : at.split(','), answered: answered === '1' }] as const
  }))
  if (!keep) folder.remove()
  return { disagreements: probes.flatMap((probe) => compareOne(probe, said.get(probe.id))), asked: probes.length }
}

function compareOne(probe: Probe, said: { readonly at: readonly string[]; readonly answered: boolean } | undefined): readonly Disagreement[] {
  const { pair, kind, size, network } = probe
  if (!said) return [{ network, of: pair, pair: `${pair.from} → ${pair.to}`, ours: pair.verdict, kernel: 'no answer from the kernel' }]
  const prefix = probe.id.slice(0, probe.id.indexOf('-') + 1)
  const arrived = said.at.includes(`${prefix}${pair.to}`)
  const expected = kind === 'too long' ? false : kind === 'fits' ? true : pair.verdict === 'delivered' || pair.reason === 'no-return'
  const faults: string[] = []
  if (arrived !== expected) faults.push(arrived ? 'it arrives' : `it does not arrive${said.at.length > 0 ? ` but at ${said.at.join(', ')}` : ''}`)
  // An answer from somebody else who has the address is not what was asked about.
  if (kind === 'echo' && arrived && said.answered !== (pair.verdict === 'delivered')) faults.push(said.answered ? 'an answer comes' : 'no answer comes')
  return faults.length === 0 ? [] : [{
    network, of: pair, pair: `${pair.from} → ${pair.to} ${printIp(pair.address)} (${kind} ${size})`,
    ours: `${pair.verdict} ${pair.reason ?? ''} ${pair.because ?? ''} mtu ${pair.pathMtu ?? '-'}`, kernel: faults.join('; '),
  }]
}
