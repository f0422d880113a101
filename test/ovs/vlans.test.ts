/** An ovs bridge without flows switches VLANs as Open vSwitch does: random ports, every port and tag asked, every copy compared. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { broadcastMac } from '../../core/address/mac.ts'
import { compile } from '../../core/forwarding/index.ts'
import type { Frame } from '../../core/forwarding/packet.ts'
import { receive } from '../../core/forwarding/receive.ts'
import { startRun } from '../../core/forwarding/run.ts'
import { realisedOf } from '../traces/plane.ts'
import { missing, startSwitch, type Switch } from './switch.ts'

interface Port {
  readonly vlan?: number
  readonly trunk?: readonly number[]
  readonly native?: number
}

const ids = [10, 20, 30] as const
const port: fc.Arbitrary<Port> = fc.oneof(
  fc.constant({}),
  fc.record({ vlan: fc.constantFrom(...ids) }),
  fc.record({ trunk: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }) }),
  fc.record({ trunk: fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }), native: fc.constantFrom(...ids) }),
)

/** Port and tags of every copy of a frame sent to all; 100 is the bridge's own device. */
function ours(ports: readonly Port[], from: number, tag: number | undefined): readonly string[] {
  const { world } = compile(realisedOf(JSON.stringify({
    infra: 1,
    servers: {
      s: {
        interfaces: {
          br0: { type: 'ovs' }, ...Object.fromEntries(ports.map((keys, n) => [`p${n + 1}`, { master: 'br0', ...keys }])),
          ...Object.fromEntries(ids.map((id) => [`v${id}`, { type: 'vlan', link: 'br0', id }])),
        },
      },
      ...Object.fromEntries(ports.map((_, n) => [`h${n + 1}`, { interfaces: { eth0: {} } }])),
    },
    links: ports.map((_, n) => [`s:p${n + 1}`, `h${n + 1}:eth0`]),
  })))
  const device = world.stacks.get('s')?.devices.get(`p${from}`)
  if (!device) throw new Error('no port')
  const run = startRun(world, false)
  const frame: Frame = { src: 0x020000000001, dst: broadcastMac, tags: tag === undefined ? [] : [{ protocol: '802.1q', id: tag }], payload: { kind: 'probe' } }
  receive(run, device, frame, { role: { kind: 'probe' }, trail: null, depth: 0, crossed: null, tunnel: null, forwarded: null })
  return [
    ...run.queue.map((one) => `${one.device.stack.name.slice(1)} ${'frame' in one ? one.frame.tags.map(({ id }) => id).join('.') || '-' : 'not a frame'}`),
    ...[...run.heard].map(({ name }) => `100 ${name === 'br0' ? '-' : name.slice(1)}`),
  ].sort()
}

/** Datapath actions carried out on the frame. */
function theirs(actions: string, tag: number | undefined): readonly string[] {
  let tags: readonly number[] = tag === undefined ? [] : [tag]
  const out: string[] = []
  for (const [, name = '', words = ''] of actions.matchAll(/([a-z_]+|\d+)((?:\((?:[^()]|\([^()]*\))*\))?)(?:,|$)/g)) {
    if (/^\d+$/.test(name)) out.push(`${name} ${tags.join('.') || '-'}`)
    else if (name === 'pop_vlan') tags = tags.slice(1)
    else if (name === 'push_vlan') tags = [Number(/vid=(\d+)/.exec(words)?.[1]), ...tags]
    else if (name !== 'drop') out.push(`not read: ${name}${words}`)
  }
  return out.sort()
}

const settingsOf = ({ vlan, trunk, native }: Port): readonly string[] => [
  ...(trunk ? [`trunks=${trunk.join(',')}`, ...(native === undefined ? [] : [`tag=${native}`, 'vlan_mode=native-untagged'])] : vlan === undefined ? [] : [`tag=${vlan}`]),
]

const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is missing)` : ''
describe(`VLANs as Open vSwitch has them${why}`, () => {
  let real: Switch | undefined
  beforeAll(() => {
    if (missing.length === 0) real = startSwitch()
  })
  afterAll(() => real?.stop())

  it.skipIf(missing.length > 0)('reach the same ports with the same tags', () => {
    fc.assert(fc.property(fc.tuple(port, port, port), (ports) => {
      ports.forEach((one, n) => real?.setPort(`p${n + 1}`, settingsOf(one)))
      for (const from of [1, 2, 3]) {
        for (const tag of [undefined, 10, 20, 40]) {
          const flow = `in_port=${from},dl_src=02:00:00:00:00:01,dl_dst=ff:ff:ff:ff:ff:ff,dl_type=0x0806${tag === undefined ? '' : `,dl_vlan=${tag}`}`
          // Of VLANs that no device of the host takes, the host hears nothing here.
          const known = (copy: string): boolean => !copy.startsWith('100 40')
          expect({ ports, from, tag, out: ours(ports, from, tag) }).toEqual({ ports, from, tag, out: theirs(real?.trace(flow) ?? '', tag).filter(known) })
        }
      }
    }), { seed: 20261121, numRuns: Number(process.env['UNDERLAY_OVS_RUNS'] ?? 25), endOnFailure: false })
  }, 300_000)
})
