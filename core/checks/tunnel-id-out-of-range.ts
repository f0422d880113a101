/** A tunnel number that its header cannot carry. */
import { tunnelSpecs } from '../tunnels/index.ts'
import type { Span } from '../text/span.ts'
import { isTunnelType, tunnelTypes, type TunnelType } from '../infra/interface.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tunnel-id-out-of-range',
  title: 'Tunnel id out of range',
  severity: 'error',
  explanation: explain({
    what: 'The `id` of a tunnel or of a network is larger than the field in the header, or reserved.',
    why: 'vxlan, geneve and nvgre have 24 bits, of which nvgre reserves the ends (RFC 7637); a GRE key has 32.',
    mend: 'Take a number that fits.',
    wrong: 'vx: { type: vxlan, id: 20000000 }',
    right: 'vx: { type: vxlan, id: 2000000 }',
  }),
  run(context, report) {
    const see = (type: TunnelType, id: number, at: Span, subject: string): void => {
      const spec = tunnelSpecs[type]
      if (!spec.id || !Number.isSafeInteger(id) || (BigInt(id) >= spec.id.least && BigInt(id) <= spec.id.most)) return
      report({ at, subject, message: t`${spec.id.name} ${id} of ${subject.startsWith('network:') ? t`network ${subject.slice('network:'.length)}` : subject} is not between ${String(spec.id.least)} and ${String(spec.id.most)}`, fixes: within(context, type, id) })
    }
    for (const device of devicesOf(context.written)) {
      const { type, tunnel } = device.interface
      if (isTunnelType(type.value) && tunnel?.id) see(type.value, tunnel.id.value, tunnel.id.at, labelOf(device))
    }
    for (const network of context.written.networks.values()) {
      const type = tunnelTypes.find((one) => one === network.type.value)
      if (type && network.id) see(type, network.id.value, network.id.at, `network:${network.name}`)
    }
  },
}

/** One that nobody has, for every device and network of the kind that has the wrong one: the two ends must agree. */
function within(context: CheckContext, type: TunnelType, wrong: number): readonly Fix[] {
  const spec = tunnelSpecs[type].id
  const devices = devicesOf(context.written).filter(({ interface: one }) => one.type.value === type)
  const networks = [...context.written.networks.values()].filter((network) => network.type.value === type)
  const taken = new Set([...devices.map(({ interface: one }) => one.tunnel?.id?.value), ...networks.map(({ id }) => id?.value)])
  let free = 1
  while (taken.has(free)) free++
  if (!spec || BigInt(free) > spec.most || BigInt(free) < spec.least) return []
  const places = [...devices.map(({ interface: one }) => one.tunnel?.id), ...networks.map(({ id }) => id)].flatMap((id) => (id?.value === wrong ? [id.at] : []))
  return [{ title: places.length === 1 ? t`Use ${free} at it` : t`Use ${free} at all ${places.length}`, change: { kind: 'several', changes: places.map((at) => ({ kind: 'correct', at, value: free })) } }]
}
