/** Faults of spelling, names, addresses. */
import { fault, type Fault } from './fault.ts'
import { drop, push, set } from './plain.ts'

const vm = (p: string, i: number, ...rest: string[]): string[] => ['vms', `${p}vm${i}`, ...rest]
const nic = (p: string, i: number, ...rest: string[]): string[] => vm(p, i, 'interfaces', 'eth0', ...rest)

export const readingFaults: readonly Fault[] = [
  fault('unknown-key', 'lan', 'a key misspelt', ({ plan, p }) => [set(plan, nic(p, 1, 'mtuu'), 1500)]),
  fault('unknown-key', 'cluster', 'a section misspelt', ({ plan }) => [set(plan, ['storrage'], {})]),
  fault('wrong-type', 'lan', 'a word for a number', ({ plan, p }) => [set(plan, vm(p, 1, 'vcpus'), 'two')]),
  fault('wrong-type', 'lan', 'a size without sense', ({ plan, p }) => [set(plan, vm(p, 2, 'memory'), 'a lot')]),
  fault('wrong-type', 'tunnel', 'no kind of device', ({ plan, p }) => [set(plan, ['servers', `${p}s1`, 'interfaces', 'br0', 'type'], 'brigde')], 'bridge-without-port', 'unknown-reference', 'stacked-master', 'tunnel-one-sided', 'interface-unconnected', 'tunnel-endpoint-unreachable'),
  fault('missing-key', 'routes', 'a route to nowhere', ({ plan, p }) => [push(plan, ['routers', `${p}r1`, 'routes'], { via: '10.9.9.9' })]),
  fault('missing-key', 'tenants', 'a network of no type', ({ plan, p }) => {
    drop(plan, ['networks', `${p}bn`, 'type'])
    return [['networks', `${p}bn`]]
  }, 'unknown-reference', 'tunnel-id-shared-by-tenants'),
  fault('duplicate-name', 'lan', 'a router named like a server', ({ plan, p }) => [set(plan, ['routers', `${p}s1`], {})]),
  fault('unknown-reference', 'lan', 'no such host', ({ plan, p }) => [set(plan, vm(p, 1, 'host'), `${p}s7`)]),
  fault('unknown-reference', 'lan', 'no such bridge', ({ plan, p }) => [set(plan, nic(p, 1, 'attach'), 'br7')]),
  fault('unknown-reference', 'lan', 'a link to nobody', ({ plan, p }) => [push(plan, ['links'], [`${p}sw:p20`, `${p}nobody:eth0`])]),
  fault('unknown-reference', 'tenants', 'no such network', ({ plan, p }) => [set(plan, ['vms', `${p}blue1`, 'interfaces', 'eth0', 'network'], `${p}bm`)]),
  fault('unknown-reference', 'services', 'no such group', ({ plan, p }) => [set(plan, ['vms', `${p}w1`, 'security-groups'], [`${p}wob`])]),
  fault('unknown-reference', 'cluster', 'no such storage', ({ plan, p }) => [set(plan, [...vm(p, 1, 'disks'), '0', 'on'], `${p}cehp`)]),
  fault('include-failed', 'lan', 'a file that is not there', ({ plan }) => [push(plan, ['include'], 'parts/absent.infra.yaml')]),
  fault('useless-suppression', 'lan', 'a comment for nothing', ({ plan, p }) => [set(plan, vm(p, 1, '# underlay-disable-next-line no-route'), 0)]),
  fault('address-invalid', 'lan', 'a byte over 255', ({ plan, p, n }) => [set(plan, nic(p, 1, 'address'), `10.${n}.0.300/24`)]),
  fault('address-invalid', 'routes', 'a next hop that is none', ({ plan, p }) => [push(plan, ['routers', `${p}r1`, 'routes'], { to: '10.77.0.0/24', via: '10.0.0' })]),
  fault('address-duplicate', 'lan', 'one address twice', ({ plan, p, n }) => [set(plan, nic(p, 2, 'address'), `10.${n}.0.11/24`), nic(p, 1, 'address')]),
  fault('address-duplicate', 'tenants', 'one address twice in a network', ({ plan, p, n }) => [set(plan, ['vms', `${p}blue2`, 'interfaces', 'eth0', 'address'], `10.${n}.100.1`)]),
  fault('mac-duplicate', 'lan', 'one MAC twice', ({ plan, p }) => [set(plan, nic(p, 1, 'mac'), '02:11:22:33:44:55'), set(plan, nic(p, 2, 'mac'), '02:11:22:33:44:55')]),
  fault('mac-invalid', 'lan', 'a group address', ({ plan, p }) => [set(plan, nic(p, 1, 'mac'), '01:00:5e:00:00:05')]),
  fault('address-is-network', 'lan', 'the first of the subnet', ({ plan, p, n }) => [set(plan, nic(p, 1, 'address'), `10.${n}.0.0/24`)]),
  fault('address-is-broadcast', 'lan', 'the last of the subnet', ({ plan, p, n }) => [set(plan, nic(p, 1, 'address'), `10.${n}.0.255/24`)]),
  fault('subnet-overlap', 'routes', 'one range on two ports', ({ plan, p, n }) => [set(plan, ['routers', `${p}r1`, 'interfaces', 'x', 'address'], `10.${n}.1.129/25`), set(plan, ['routers', `${p}r1`, 'interfaces', 'x', 'type'], 'dummy')]),
  fault('subnet-mismatch', 'lan', 'another prefix length', ({ plan, p, n }) => [set(plan, nic(p, 1, 'address'), `10.${n}.0.11/22`)]),
  fault('gateway-off-link', 'lan', 'a gateway elsewhere', ({ plan, p, n }) => [set(plan, nic(p, 1, 'gateway'), `10.${n}.9.254`)]),
  fault('gateway-missing', 'lan', 'no gateway', ({ plan, p }) => {
    drop(plan, nic(p, 1, 'gateway'))
    return [nic(p, 1)]
  }),
  fault('gateway-unowned', 'lan', 'a gateway that nobody is', ({ plan, p, n }) => [set(plan, nic(p, 1, 'gateway'), `10.${n}.0.253`)]),
  fault('gateway-is-self', 'lan', 'its own gateway', ({ plan, p, n }) => [set(plan, nic(p, 1, 'gateway'), `10.${n}.0.11`)]),
  fault('multiple-default-routes', 'lan', 'a second default', ({ plan, p, n }) => [push(plan, vm(p, 1, 'routes'), { to: 'default', via: `10.${n}.0.1` }), nic(p, 1, 'gateway')]),
  fault('address-outside-subnet', 'tenants', 'not in the network', ({ plan, p, n }) => [set(plan, ['vms', `${p}blue1`, 'interfaces', 'eth0', 'address'], `10.${n}.150.1`)]),
  fault('dhcp-overlap', 'tenants', 'a static address in the range', ({ plan, p, n }) => [set(plan, ['vms', `${p}blue1`, 'interfaces', 'eth0', 'address'], `10.${n}.100.110`)]),
  fault('dhcp-overlap', 'tenants', 'a range that leaves the subnet', ({ plan, p, n }) => [set(plan, ['networks', `${p}rn`, 'dhcp', 'range'], `10.${n}.101.200-10.${n}.102.20`)]),
  fault('dhcp-exhausted', 'tenants', 'more guests than addresses', ({ plan, p, n }) => {
    for (const i of [1, 2]) set(plan, ['vms', `${p}blue${i}`, 'interfaces', 'eth0', 'address'], 'dhcp')
    return [set(plan, ['networks', `${p}bn`, 'dhcp', 'range'], `10.${n}.100.100-10.${n}.100.101`)]
  }),
  fault('link-local-only', 'cluster', 'only what nobody forwards', ({ plan, p }) => [set(plan, nic(p, 2, 'address'), '169.254.9.9/16')]),
  fault('opennebula-mac-ip', 'lan', 'a MAC of another address', ({ plan, p, n }) => [set(plan, nic(p, 1, 'mac'), `02:00:0a:0${n}:00:7b`)]),
  fault('unused-definition', 'services', 'a group that nobody is in', ({ plan, p }) => [set(plan, ['security-groups', `${p}spare`], { ingress: [{ from: '10.0.0.0/8', ports: ['22/tcp'] }] })]),
  fault('public-address-private-use', 'lan', 'addresses of the documentation', ({ plan, p }) => [set(plan, ['networks', `${p}docs`], { type: 'isolated', subnet: '192.0.2.0/24' }), ['networks', `${p}docs`, 'subnet']]),
  fault('ipv6-missing-peer', 'tenants', 'one family short', ({ plan, p, n }) => {
    set(plan, ['networks', `${p}bn`, 'subnets'], [`10.${n}.100.0/24`, `fd00:${n}::/64`])
    drop(plan, ['networks', `${p}bn`, 'subnet'])
    set(plan, ['vms', `${p}blue1`, 'interfaces', 'eth0', 'addresses'], [`10.${n}.100.1`, `fd00:${n}::1`])
    drop(plan, ['vms', `${p}blue1`, 'interfaces', 'eth0', 'address'])
    return [['vms', `${p}blue2`, 'interfaces', 'eth0', 'address']]
  }),
]
