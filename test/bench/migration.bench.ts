/**
 * A migration with its peers, against only replanning the network with the guest moved and asking its reach before and after; and
 * the evacuation of a host over a thousand servers, against the analysis of the same file.
 */
import { analyze, evacuate, finish, migrate, readSource, type Analysis } from '../../core/analysis.ts'
import { compile } from '../../core/forwarding/index.ts'
import { moved as movedTo } from '../../core/migration/placement.ts'
import { reach as reachOf } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'
import { compare } from './measure.ts'
import { generateInfra } from './generate.ts'

function analysed(text: string): Analysis {
  const reading = readSource({ uri: 'bench.infra.yaml', text, version: 1 })
  if (!reading) throw new Error('no reader')
  return finish(analyze([reading]))
}

/** About a thousand endpoints; the guest stays on its segment: both hosts bridge their uplink. */
function peers(): string {
  const text = generateInfra({ servers: 98, guests: 9, tunnels: 0 })
  return text.replace('  s1:\n', '  s1:\n    cpu-model: EPYC\n')
}

const office = analysed(peers())
let turn = 0
const target = (): string => `s${1 + (turn++ % 90)}`
await compare('one migration, 1,000 endpoints', [
  {
    name: 'replan and the guest\'s reach, before and after',
    run() {
      const { infra } = realize(movedTo(office.written, 'vm0-0', target()), office.realised)
      const after = compile(infra, office.plane)
      for (const plane of [office.plane, after]) for (const selection of [{ from: ['vm0-0'] }, { to: ['vm0-0'] }]) finish(reachOf(plane, selection))
    },
  },
  { name: 'pre-flight, transfer, peers before and after', run: () => finish(migrate(office, 'vm0-0', target())) },
], 9, 6)

/** A fat tree of 1,024 servers, 40 VMs of one tenant network on the first, others here and there. */
function tree(): string {
  const guests = Array.from({ length: 40 }, (_, i) => `  g${i}: { host: dc-p0-e0-h0, memory: 2GiB, workload: { dirty-rate: 20MiB/s, working-set: 256MiB }, interfaces: { eth0: { network: blue, address: 10.200.0.${i + 1} } } }`)
  return `infra: 1
fabrics: { dc: { type: fat-tree, k: 16, base: 87.0.0.0/8, bandwidth: 10Gbps, server: { cpus: 64, memory: 256GiB } } }
networks: { blue: { type: vxlan, id: 7, subnet: 10.200.0.0/16, uplink: p0 } }
vms:
${guests.join('\n')}
migration: { parallel: 4 }
`
}
const fabric = analysed(tree())
const plan = finish(evacuate(fabric, 'dc-p0-e0-h0'))
console.log(`  evacuation: ${plan.moves.length} moves, ${plan.stuck.length} stuck, ${plan.totalSeconds ?? 'unknown'} s simulated; ${plan.stuck[0]?.reasons[0]?.message ?? ''}`)
await compare('evacuation of a host of 40 VMs over 1,024 servers', [
  { name: 'analysis of the file, from nothing', run: () => analysed(tree()) },
  { name: 'the plan', run: () => finish(evacuate(fabric, 'dc-p0-e0-h0')) },
], 3, 0)
