/** A bridge inside a guest, behind a network card that takes only its own MAC. */
import { isGuest, type GuestNode } from '../infra/node.ts'
import type { Interface } from '../infra/interface.ts'
import type { Fix } from '../infra/problem.ts'
import type { Check, CheckContext } from './check.ts'
import { childrenByParent } from './shared/children.ts'
import { explain } from './shared/explanation.ts'
import { later, t } from '../words.ts'

/** Virtual switches that know each port's MAC and deliver and accept no other unless they are told to. */
const strictHypervisors: ReadonlyMap<string, string> = new Map([
  ['esxi', later('promiscuous mode, forged transmits and MAC changes (or MAC learning) on the port group')],
  ['hyper-v', later('MAC address spoofing on the network adapter')],
])

export const check: Check = {
  code: 'bridge-needs-promiscuous',
  title: 'Bridge behind one MAC address',
  severity: 'information',
  explanation: explain({
    what: 'A guest bridges further stations out by an interface whose other side knows one MAC address only: a port of ESXi\'s or Hyper-V\'s virtual switch, a virtual function, or a macvlan or macvtap in another mode than passthru.',
    why: 'Frames for the MACs behind the bridge are never handed to the guest, and frames from them may be refused: the nested stations are cut off although everything looks connected.',
    mend: 'Allow it outside, as the message says; or give the guest a passthru or tap device; or route instead of bridging in the guest.',
    wrong: 'vm1: { host: esx1, interfaces: { eth0: { attach: vs0, master: br0 }, br0: { type: bridge } } }',
    right: 'vm1: { host: kvm1, interfaces: { eth0: { attach: br0, master: br0 }, br0: { type: bridge } } }   # a tap on a learning bridge',
  }),
  run(context, report) {
    for (const node of context.written.nodes.values()) {
      if (!isGuest(node)) continue
      for (const one of node.interfaces.values()) {
        const inner = innerUser(node, one)
        const outer = inner && outsideOf(context, node, one)
        if (!inner || outer === undefined) continue
        report({
          at: inner.at, subject: `${node.name}:${one.name}`,
          message: t`${node.name}:${one.name} carries the frames of ${inner.what}, and ${outer}`,
          fixes: mends(context, node, one),
        })
      }
    }
  },
}

/** Why only one MAC is known on the other side; undefined where a learning switch is. */
function outsideOf(context: CheckContext, node: GuestNode, one: Interface): string | undefined {
  const type = one.type.value
  if (type === 'vf') return t('a virtual function takes frames for its own MAC only: its host must trust it (ip link set … vf … trust on)')
  if (type === 'macvlan' || type === 'macvtap') {
    const mode = one.mode?.value ?? 'vepa'
    return mode === 'passthru' ? undefined : t`a ${type} in mode ${mode} is handed frames for its own MAC only: passthru hands it all`
  }
  if (!one.attach && !one.network) return undefined
  const host = node.host && context.infra.nodes.get(node.host.value)
  const hypervisor = host?.kind === 'server' ? host.hypervisor?.value : undefined
  const needed = hypervisor === undefined ? undefined : strictHypervisors.get(hypervisor)
  return needed === undefined ? undefined : t`${host?.name ?? t('its host')} runs ${hypervisor ?? ''}, which needs ${t(needed)}`
}

/** Who in the guest sends by this interface with MACs of its own. */
function innerUser(node: GuestNode, one: Interface): { readonly what: string; readonly at: Interface['at'] } | undefined {
  const master = one.master && node.interfaces.get(one.master.value)
  if (one.master && (master?.type.value === 'bridge' || master?.type.value === 'ovs')) return { what: t`bridge ${master.name}`, at: one.master.at }
  for (const { type, name, link } of node.interfaces.values()) {
    if (link?.value === one.name && (type.value === 'macvlan' || type.value === 'macvtap')) return { what: `${type.value} ${name}`, at: link.at }
  }
  return undefined
}

/** A macvtap that nobody shares can take its device over. */
function mends(context: CheckContext, node: GuestNode, one: Interface): readonly Fix[] {
  if ((one.type.value !== 'macvlan' && one.type.value !== 'macvtap') || !one.attach) return []
  const parent = `${node.host?.value ?? ''}:${one.attach.value}`
  const host = context.infra.nodes.get(node.host?.value ?? '')?.interfaces.get(one.attach.value)
  // A device that is taken over answers to none of its own addresses.
  if ((childrenByParent(context).get(parent)?.length ?? 0) > 1 || !host || host.addresses.length > 0) return []
  return [{ title: t('Take the device over, in mode passthru'), change: { kind: 'set', part: { kind: 'interface', node: node.name, interface: one.name }, key: 'mode', value: 'passthru' } }]
}
