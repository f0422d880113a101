/** Networks whose hosts filter for their guests: docker's bridges and published ports, security groups, bridged packets in iptables. */
import type { Chance } from './chance.ts'
import { emptyDraft, link, type Draft, type Keys } from './recipe.ts'

/** A docker host with two bridges, a machine outside that knows the way to the containers, and published ports. */
export function describeContainers(chance: Chance): Draft {
  const draft = emptyDraft()
  const bridges = ['br-a', 'br-b'].slice(0, chance.between(1, 2))
  const docker = chance.with(0.85)
  draft.servers['s'] = {
    ...(docker && { hypervisor: 'docker' }), ...(chance.with(0.9) && { forwarding: true }), ...(chance.with(0.2) && { sysctl: { 'bridge-nf-call-iptables': chance.below(2) } }),
    interfaces: {
      eth0: { address: '192.168.0.1/24' },
      ...Object.fromEntries(bridges.map((name, n) => [name, { type: 'bridge', address: `172.${18 + n}.0.1/16` }])),
    },
    nat: bridges.flatMap((_, n): Keys[] => (chance.with(0.8) ? [{ masquerade: `172.${18 + n}.0.0/16`, ...(chance.with(0.3) && { out: 'eth0' }) }] : [])),
    ...(chance.with(0.2) && { firewall: { forward: { policy: chance.pick(['accept', 'drop']), rules: [{ state: 'established', action: 'accept' }, { proto: chance.pick(['icmp', 'tcp']), action: chance.pick(['accept', 'drop']) }] } } }),
  }
  draft.servers['out'] = { interfaces: { eth0: { address: '192.168.0.2/24' } }, ...(chance.with(0.7) && { routes: [{ to: '172.16.0.0/12', via: '192.168.0.1' }] }) }
  link(draft, 's:eth0', 'out:eth0')
  let published = 0
  for (const [b, bridge] of bridges.entries()) {
    for (let n = 2; n <= chance.between(2, 3); n++) {
      draft.containers[`c${b}${n}`] = {
        host: 's', interfaces: { eth0: { attach: bridge, address: `172.${18 + b}.0.${n}/16`, ...(chance.with(0.9) && { gateway: `172.${18 + b}.0.1` }) } },
        ...(chance.with(0.6) && published++ === 0 && { ports: [chance.pick(['8080:80/tcp', '80:80/tcp', '80:8080/tcp', '192.168.0.1:8080:80/tcp'])] }),
      }
    }
  }
  return draft
}

/** Guests in security groups, on one host or on two that a tunnel or a switch joins. */
export function describeGroups(chance: Chance): Draft {
  const draft = emptyDraft()
  const hosts = chance.between(1, 2)
  const tunnel = chance.pick(['vxlan', 'geneve'])
  for (let h = 0; h < hosts; h++) {
    draft.servers[`s${h}`] = {
      interfaces: {
        eth0: { address: `192.168.0.${h + 1}/24` }, br0: { type: 'bridge', ...(chance.with(0.5) && { address: `10.0.0.${250 + h}/24` }) },
        ...(hosts === 2 && { tun: { type: tunnel, id: 7, ...(tunnel === 'vxlan' && { local: `192.168.0.${h + 1}` }), remote: `192.168.0.${2 - h}`, master: 'br0' } }),
      },
    }
  }
  if (hosts === 2) link(draft, 's0:eth0', 's1:eth0')
  const names = ['web', 'db', 'open']
  const tenants = ['blue', 'red']
  const rule = (): Keys => ({
    from: chance.pick(['any', '10.0.0.0/24', '10.0.0.1/32', '10.0.0.0/30', 'group:web', 'group:db', 'tenant:blue']),
    ...(chance.with(0.4) ? { proto: chance.pick(['icmp', 'tcp']) } : chance.with(0.4) ? { ports: chance.pick([['80/tcp'], ['80-90/tcp'], ['8080/tcp', '80/tcp'], ['53/udp']]) } : {}),
  })
  const rules = (least: number): Keys[] => Array.from({ length: chance.between(least, 2) }, rule)
  draft.tenants = Object.fromEntries(tenants.map((name) => [name, {}]))
  draft['security-groups'] = Object.fromEntries(names.map((name) => [name, { ingress: rules(0), ...(chance.with(0.35) && { egress: rules(0) }) }]))
  for (let n = 1; n <= 4; n++) {
    const guest: Keys = {
      host: `s${chance.below(hosts)}`, tenant: chance.pick(['blue', 'red']), interfaces: { eth0: { attach: 'br0', address: `10.0.0.${n}/24`, mtu: 1450 } },
      ...(chance.with(0.75) && { 'security-groups': names.filter(() => chance.with(0.4)) }),
    }
    if (chance.with(0.7)) draft.vms[`g${n}`] = guest
    else draft.containers[`g${n}`] = guest
  }
  return draft
}

/** A host that shows bridged packets to iptables, or does not: filters and translations between guests of one bridge, and small ports. */
export function describeBridgedFilters(chance: Chance): Draft {
  const draft = emptyDraft()
  const rule = (): Keys => ({
    ...(chance.with(0.4) && { from: chance.pick(['10.0.0.1/32', '10.0.0.0/24', '192.168.0.0/24']) }), ...(chance.with(0.3) && { to: chance.pick(['10.0.0.2/32', '10.0.0.0/24']) }),
    ...(chance.with(0.2) && { in: chance.pick(['br0', 'eth0']) }), ...(chance.with(0.4) && { proto: chance.pick(['icmp', 'tcp']) }), ...(chance.with(0.3) && { state: 'established' }),
    action: chance.pick(['accept', 'drop']),
  })
  draft.servers['s'] = {
    forwarding: chance.with(0.7), sysctl: { 'bridge-nf-call-iptables': chance.with(0.8) ? 1 : 0 },
    interfaces: { eth0: { address: '192.168.0.1/24' }, br0: { type: 'bridge', address: '10.0.0.254/24' } },
    nat: [...(chance.with(0.5) ? [{ masquerade: '10.0.0.0/24', ...(chance.with(0.5) && { out: 'eth0' }) }] : []), ...(chance.with(0.5) ? [{ dnat: '192.168.0.1:80/tcp', to: '10.0.0.1:8080' }] : [])],
    ...(chance.with(0.7) && { firewall: { forward: { policy: chance.pick(['accept', 'accept', 'drop']), rules: Array.from({ length: chance.between(0, 3) }, rule) } } }),
  }
  draft.servers['out'] = { interfaces: { eth0: { address: '192.168.0.2/24', ...(chance.with(0.6) && { gateway: '192.168.0.1' }) } } }
  link(draft, 's:eth0', 'out:eth0')
  for (let n = 1; n <= 3; n++) {
    draft.vms[`g${n}`] = { host: 's', interfaces: { eth0: { attach: 'br0', address: `10.0.0.${n}/24`, gateway: '10.0.0.254', ...(chance.with(0.3) && { mtu: chance.pick([1400, 9000]) }), ...(chance.with(0.2) && { isolated: true }) } } }
  }
  return draft
}
