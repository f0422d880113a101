/** Members of two tenants in one broadcast domain. */
import { contains } from '../address/ip.ts'
import { isGuest } from '../infra/node.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, isUp, labelOf, networkOf, prefixesOf, writtenOf, type Device } from './shared/model.ts'
import { segmentsByDevice, segmentViews } from './shared/segments.ts'
import { tenantOfDevice } from './shared/tenancy.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'tenant-shared-segment',
  title: 'Two tenants on one segment',
  severity: 'error',
  explanation: explain({
    what: 'Guests of two tenants are in the same broadcast domain.',
    why: 'They hear each other\'s broadcasts, can take each other\'s addresses by ARP, and reach each other without passing any router or firewall.',
    mend: 'Attach one of them to a bridge, VLAN or network of its own tenant.',
    wrong: 'vm1: { tenant: blue, interfaces: { eth0: { attach: br0 } } }\nvm2: { tenant: red, interfaces: { eth0: { attach: br0 } } }',
    right: 'vm1: { tenant: blue, interfaces: { eth0: { attach: br-blue } } }\nvm2: { tenant: red, interfaces: { eth0: { attach: br-red } } }',
  }),
  run(context, report) {
    const told = new Set<string>()
    for (const { devices, segment } of segmentViews(context)) {
      const byTenant = new Map<string, Device[]>()
      for (const device of devices) {
        const tenant = isUp(device.interface) ? tenantOfDevice(context, device) : undefined
        if (tenant === undefined) continue
        const list = byTenant.get(tenant)
        if (list) list.push(device)
        else byTenant.set(tenant, [device])
      }
      if (byTenant.size < 2) continue
      // The network's owner is at home; without one the tenant with most members, the first of equals.
      const owners = new Set(devices.flatMap((device) => networkOf(context, device.interface)?.tenant?.value ?? []))
      const home = [...byTenant].reduce((best, one) => (weight(one) > weight(best) ? one : best))
      function weight([tenant, list]: readonly [string, readonly Device[]]): number {
        return list.length + (owners.has(tenant) ? devices.length : 0)
      }
      const [host] = home[1]
      if (!host) continue
      for (const [tenant, guests] of byTenant) {
        if (tenant === home[0]) continue
        for (const guest of guests) {
          const label = labelOf(guest)
          if (told.has(label) || (isolatedPort(guest) && home[1].every(isolatedPort))) continue
          told.add(label)
          const one = guest.interface
          const where = segment.carriers[0]
          report({
            at: (one.attach ?? one.network ?? one.vlan)?.at ?? one.at, subject: label,
            message: t`${label} of tenant ${tenant} is on the same segment as ${labelOf(host)} of tenant ${home[0]}${where ? ` (${where})` : ''}`,
            related: [{ message: t`${labelOf(host)} of tenant ${home[0]}`, at: (host.interface.attach ?? host.interface.network)?.at ?? host.interface.at }],
            fixes: goHome(context, guest, tenant),
            ...(host.interface.addresses.length > 0 && { counterexample: { from: guest.node.name, to: host.node.name, proto: 'icmp' as const } }),
          })
        }
      }
    }
  },
}

const isolatedPort = (device: Device): boolean => device.interface.isolated?.value === true

/** Where the others of its tenant are plugged in, if the guest's addresses fit and are free there. */
function goHome(context: CheckContext, guest: Device, tenant: string): readonly Fix[] {
  const written = writtenOf(context, guest)
  const place = written?.attach ?? written?.network
  if (!written || !place) return []
  const names = new Set<string>()
  for (const other of devicesOf(context.infra)) {
    const there = written.attach ? other.interface.attach : other.interface.network
    if (other.node === guest.node || !there || there.value === place.value || tenantOfDevice(context, other) !== tenant) continue
    // A bridge is its host's; a network is everybody's.
    if (written.attach && (!isGuest(other.node) || !isGuest(guest.node) || other.node.host?.value !== guest.node.host?.value)) continue
    if (!(written.attach ? other.node : context.infra.networks.get(there.value))) continue
    const near = segmentsByDevice(context).get(labelOf(other)) ?? []
    const fits = guest.interface.addresses.every(({ value }) => prefixesOf(other.interface).some(({ prefix }) => contains(prefix, value.ip))
      && !near.some((view) => view.devices.some((each) => each.interface.addresses.some((own) => own.value.ip.value === value.ip.value))))
    if (fits) names.add(there.value)
  }
  return [...names].slice(0, 2).map((name) => ({ title: t`Plug it into ${name}, where ${tenant} is`, change: { kind: 'correct', at: place.at, value: name } }))
}
