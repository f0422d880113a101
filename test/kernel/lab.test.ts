/** The lab's script of every example and of generated networks, twenty with `npm run test:kernel`: it goes up, its own test says what reach says, and it goes down without a rest. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { labScript } from '../../core/export/lab.ts'
import { formatOf } from '../../core/formats/index.ts'
import { compile, learnedRoutes } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'
import { finished } from '../traces/plane.ts'
import { generate } from './generate.ts'
import { boot, missing, workFolder } from './user-mode-linux.ts'

const examples = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples')
const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is missing)` : ''
const minutes = 60_000
// Every run has a few; `npm run test:kernel` has twenty, and the examples of more than so many nodes, which take minutes.
const long = Number(process.env['UNDERLAY_KERNEL_NETWORKS'] ?? 30) >= 100
const generated = long ? 20 : 2
const mostNodes = long ? Infinity : 20

/** Labs whose tests run at the same time in one kernel. */
const atOnce = 6

interface Lab {
  readonly name: string
  readonly script: string
  /** `from to address verdict`, unknown ones aside. */
  readonly ours: readonly string[]
  /** Namespaces. */
  readonly nodes: number
}

function labOf(name: string, uri: string, text: string): Lab {
  const source = { uri, text, version: 1 }
  const format = formatOf(source)
  if (!format) throw new Error(`nobody reads ${name}`)
  const { infra } = realize(format.read(source).infra)
  const plane = compile(infra)
  const ours = finished(reach(plane)).filter(({ verdict }) => verdict !== 'unknown').map(({ from, to, address, verdict }) => `${from} ${to} ${printIp(address)} ${verdict}`)
  return { name, script: labScript(infra, learnedRoutes(plane)), ours, nodes: infra.nodes.size }
}

/** Runs `up`, `test` and `down` of all in one kernel; what differs, in words. */
async function differences(labs: readonly Lab[]): Promise<readonly string[]> {
  const folder = workFolder()
  // Built one after the other, as that is work; tested some at a time, as that is waiting for what does not come.
  labs.forEach(({ script: text }, n) => writeFileSync(join(folder.path, `lab${n}.sh`), text))
  const stp = labs.some(({ script: text }) => text.includes('stp_state 1'))
  const script = [
    ...labs.flatMap((_, n) => [`P=n${n}- bash lab${n}.sh up > up${n}.log 2>&1`, `ip netns list | grep -c "^n${n}-" > there${n}`]),
    `sleep ${stp ? 7 : 1}`,
    ...labs.flatMap((_, n) => [`P=n${n}- bash lab${n}.sh test > test${n} 2> test${n}.log &`, ...(n % atOnce === atOnce - 1 ? ['wait'] : [])]),
    'wait',
    ...labs.flatMap((_, n) => [`P=n${n}- bash lab${n}.sh down > down${n}.log 2>&1`, `ip netns list | grep -c "^n${n}-" > left${n}`]),
  ]
  const { console: said } = await boot(['ulimit -n 20000', ...script].join('\n'), folder.path, 120 + labs.length * 60)
  const read = (name: string): string => {
    try {
      return readFileSync(join(folder.path, name), 'utf8')
    } catch {
      return `no ${name}: ${said}`
    }
  }
  const wrongOf = labs.map(({ ours, script: text }, n) => {
    const theirs = new Set(read(`test${n}`).trim().split('\n'))
    return text.includes('\n# left out') ? [] : ours.filter((line) => !theirs.has(line))
  })
  const still = await stillWrong(folder.path, wrongOf.flatMap((lines, n) => lines.map((line) => ({ n, line }))), stp)
  const found = labs.flatMap(({ name, nodes }, n) => {
    return [
      ...still.filter((one) => one.n === n).map(({ line }) => `${name}: reach says ${line}`),
      ...(read(`there${n}`).trim() === String(nodes) ? [] : [`${name}: ${nodes} namespaces are wanted, ${read(`there${n}`).trim()} came up`]),
      ...(read(`left${n}`).trim() === '0' ? [] : [`${name}: ${read(`left${n}`).trim()} namespaces are left`]),
    ]
  })
  folder.remove()
  return found
}

interface Wrong {
  /** The lab's number. */
  readonly n: number
  /** `from to address verdict`, as reach has it. */
  readonly line: string
}

// So many go up once more; where there are more of them something is wrong throughout.
const mostAgain = 40

/** What differs in a lab of its own, too: tunnels learn from whoever spoke before, and reach tells of the first packet. */
async function stillWrong(path: string, wrong: readonly Wrong[], stp: boolean): Promise<readonly Wrong[]> {
  if (wrong.length === 0 || wrong.length > mostAgain) return wrong
  const script = wrong.map(({ n, line }, i) => {
    const [from = '', to = '', address = ''] = line.split(' ')
    // All but the line that calls what it is told to, in a file: this kernel has no /dev/fd to read a command's output from.
    return `(head -n -1 lab${n}.sh > words${i}.sh; source ./words${i}.sh; P=r${i}-; up > /dev/null 2>&1; sleep ${stp ? 7 : 1}; one ${from} ${to} ${address} > again${i}; down > /dev/null 2>&1)`
  })
  await boot(['ulimit -n 20000', ...script].join('\n'), path, 120 + wrong.length * 60)
  return wrong.filter(({ line }, i) => {
    try {
      return readFileSync(join(path, `again${i}`), 'utf8').trim() !== line
    } catch {
      return true
    }
  })
}

describe.concurrent(`the lab${why}`, () => {
  it.skipIf(missing.length > 0)(`of every example${long ? '' : ` of at most ${mostNodes} nodes`}`, async () => {
    const names = readdirSync(examples).filter((name) => /\.ya?ml$/.test(name)).sort()
    const labs = names.map((name) => labOf(name, pathToFileURL(join(examples, name)).href, readFileSync(join(examples, name), 'utf8')))
    expect(await differences(labs.filter(({ nodes }) => nodes <= mostNodes))).toEqual([])
  }, 15 * minutes)

  it.skipIf(missing.length > 0)(`of ${generated} generated networks`, async () => {
    const labs = Array.from({ length: generated }, (_, n) => labOf(`seed ${2001 + n}`, 'file:///generated.infra.json', generate(2001 + n)))
    expect(await differences(labs)).toEqual([])
  }, 15 * minutes)

  it('names what no kernel here can make, and leaves it out', () => {
    const lab = labOf('left out', 'file:///left-out.infra.yaml', `
infra: 1
servers:
  s: { interfaces: { eth0: { address: 20.0.0.1/24 }, w: { type: wireguard, remote: 20.0.0.2 }, st: { type: stt, id: 4, local: 20.0.0.1, remote: 20.0.0.2 }, o: { type: ovs }, e: { type: esp, cipher: null-sha256, local: 20.0.0.1, remote: 20.0.0.2 } } }
vms:
  v: { host: s, interfaces: { eth0: { type: vf, attach: eth0, address: 20.0.0.5/24 } } }
`)
    expect(lab.script.split('\n').filter((line) => line.startsWith('# left out: '))).toEqual([
      '# left out: s:w (wireguard)', '# left out: s:st (stt)', '# left out: s:o (ovs)', '# left out: s:e (esp)', '# left out: v:eth0 (vf)',
    ])
  })
})
