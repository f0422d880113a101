/** Two nodes with one Ethernet address on one segment. */
import { printMac } from '../address/mac.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, labelOf, writtenOf, type Device } from './shared/model.ts'
import { segmentViews } from './shared/segments.ts'
import { t } from '../words.ts'

// These use their parent's address by design.
const borrowed = new Set(['vlan', 'ipvlan', 'bond', 'bridge', 'vrf', 'loopback', 'gre', 'ipip', 'sit', 'wireguard', 'esp'])

/** What was passed through is the host's device itself, seen from both sides. */
const gaveAway = (host: Device, { interface: { type, hostSide } }: Device): boolean =>
  type.value === 'passthrough' && hostSide?.node === host.node.name && hostSide.interface === host.interface.name

export const check: Check = {
  code: 'mac-duplicate',
  title: 'Duplicate Ethernet address',
  severity: 'error',
  explanation: explain({
    what: 'Two nodes use the same MAC address on one segment, as after a clone.',
    why: 'Bridges remember one port for each MAC address (IEEE 802.1D learning), so frames go now to one, now to the other.',
    mend: 'Take the `mac` key away from one of them, and it gets a stable address of its own, or write another one.',
    wrong: 'vm1: { interfaces: { eth0: { attach: br0, mac: "02:00:00:00:00:01" } } }\nvm2: { interfaces: { eth0: { attach: br0, mac: "02:00:00:00:00:01" } } }',
    right: 'vm1: { interfaces: { eth0: { attach: br0, mac: "02:00:00:00:00:01" } } }\nvm2: { interfaces: { eth0: { attach: br0, mac: "02:00:00:00:00:02" } } }',
  }),
  run(context, report) {
    const told = new Set<string>()
    for (const { devices } of segmentViews(context)) {
      const owners = new Map<number, Device>()
      for (const device of devices) {
        const { mac } = device.interface
        if (!mac || !isUp(device.interface) || borrowed.has(device.interface.type.value)) continue
        const first = owners.get(mac.value)
        if (!first) {
          owners.set(mac.value, device)
          continue
        }
        const label = labelOf(device)
        if (first.node === device.node || told.has(label) || gaveAway(first, device) || gaveAway(device, first)) continue
        told.add(label)
        report({
          at: mac.at, subject: label,
          message: t`${printMac(mac.value)} is used by ${labelOf(first)} and ${label} on the same segment`,
          related: first.interface.mac ? [{ message: t`${labelOf(first)} has it too`, at: first.interface.mac.at }] : [],
          fixes: writtenOf(context, device)?.mac
            ? [{
                title: t`Let ${label} have an address of its own`, preferred: true,
                change: { kind: 'unset', part: { kind: 'interface', node: device.node.name, interface: device.interface.name }, key: 'mac' },
              }]
            : [],
        })
      }
    }
  },
}
