/** A VLAN number that no tag can carry. */
import { isVlanId } from '../address/port.ts'
import type { Span } from '../text/span.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { devicesOf, labelOf } from './shared/model.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'vlan-out-of-range',
  title: 'VLAN number out of range',
  severity: 'error',
  explanation: explain({
    what: 'A VLAN number is not between 1 and 4094.',
    why: 'The tag has 12 bits, 0 means "no VLAN, priority only" and 4095 is reserved (IEEE 802.1Q).',
    mend: 'Take a number from 1 to 4094; for more networks than that use vxlan, whose number has 24 bits.',
    wrong: 'p1: { vlan: 5000 }',
    right: 'p1: { vlan: 500 }',
  }),
  run(context, report) {
    const see = (id: number, at: Span, subject: string): void => {
      if (!isVlanId(id)) report({ at, subject, message: t`VLAN ${id} of ${subject.startsWith('network:') ? t`network ${subject.slice('network:'.length)}` : subject} is not between 1 and 4094` })
    }
    for (const device of devicesOf(context.written)) {
      const { vlan, native, trunk, id, type } = device.interface
      for (const one of [vlan, native]) if (one) see(one.value, one.at, labelOf(device))
      const wrong = trunk?.value.find((each) => !isVlanId(each))
      if (trunk && wrong !== undefined) see(wrong, trunk.at, labelOf(device))
      if (id && type.value === 'vlan') see(id.value, id.at, labelOf(device))
    }
    for (const network of context.written.networks.values()) {
      if (network.type.value === 'vlan' && network.id) see(network.id.value, network.id.at, `network:${network.name}`)
    }
  },
}
