/** The examples, broken as a person would break them: the finding stands at the right line, and there is one for each cause. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { analyzeText } from '../harness/analyze-text.ts'

interface Break {
  readonly file: string
  readonly what: string
  readonly replace: string
  readonly by: string
  /** `line code` of every error and warning beside failed expectations; the line is where what was replaced stands, unless it says otherwise. */
  readonly found: readonly string[]
}
const one = (file: string, what: string, replace: string, by: string, ...found: readonly string[]): Break => ({ file, what, replace, by, found })

const breaks: readonly Break[] = [
  one('tenant-l2-gre', 'a server without its default route', '      - { to: default, via: 30.0.0.254 }\n', '', '40 tunnel-endpoint-unreachable'),
  one('tenant-l2-gre', 'a guest in another subnet', '10.0.0.3/24', '10.0.1.3/24', 'here gateway-off-link'),
  one('tenant-l2-gre', 'a tunnel outside its bridge', 'remote: 20.0.0.1, master: br0 }', 'remote: 20.0.0.1 }', 'here interface-unconnected'),
  one('tenant-l3-tunnels', 'a route to the wrong subnet', '{ to: 10.1.1.0/24, dev: tun1 }', '{ to: 10.1.11.0/24, dev: tun1 }', 'here no-return-route'),
  one('tenant-l3-tunnels', 'two kinds of tunnel', 'tun1: { type: gre,', 'tun1: { type: gretap,', 'here tunnel-one-sided'),
  one('web-app-db', 'a port forwarded to nobody', 'to: 10.20.0.11:443', 'to: 10.20.0.12:443', 'here dnat-target-unreachable'),
  one('web-app-db', 'a port that the group does not allow', 'ports: [8080/tcp] }', 'ports: [8081/tcp] }'),
  one('web-app-db', 'yes for true', '    forwarding: true', '    forwarding: yes', '20 wrong-type'),
  one('web-app-db', 'another gateway outside', 'port: { address: 198.51.100.1/24 }', 'port: { address: 198.51.100.2/24 }', '22 gateway-unowned'),
  one('web-app-db', 'a group that is not there', 'security-groups: [app]', 'security-groups: [aap]', 'here unknown-reference'),
  one('web-app-db', 'a guest larger than its host', 'memory: 16GiB', 'memory: 160GiB', 'here memory-overcommitted'),
  one('vxlan-tenants', 'a device that one server lacks', '    uplink: eth0\n', '    uplink: { s1: eth0, s2: eth1, s3: eth0 }\n', 'here unknown-reference'),
  one('vxlan-tenants', 'a host that is not there', 'blue2: { host: s2,', 'blue2: { host: s22,', 'here unknown-reference'),
  one('vxlan-tenants', 'one address twice', 'network: red-net, address: 10.0.0.2', 'network: red-net, address: 10.0.0.1', 'here address-duplicate'),
  one('vxlan-tenants', "a guest in the other tenant's network", 'network: red-net, address: 10.0.0.2', 'network: blue-net, address: 10.0.0.9', 'here tenant-shared-segment'),
  one('moving-house', 'another hypervisor', '    cpu-model: Icelake-Server\n    hypervisor: kvm', '    cpu-model: Icelake-Server\n    hypervisor: xen', '30 migration-hypervisor'),
  one('moving-house', 'memory faster than any wire', 'dirty-rate: 60MiB/s', 'dirty-rate: 60GiB/s', 'here migration-not-converging'),
  one('nat-or-bridge', 'no gateway', 'address: 192.168.1.20/24, gateway: 192.168.1.1 }', 'address: 192.168.1.20/24 }', 'here gateway-missing'),
  one('nat-or-bridge', 'a translation at a bridge port', '{ masquerade: 192.168.122.0/24, out: br-lan }', '{ masquerade: 192.168.122.0/24, out: eth0 }', 'here nat-covers-nothing'),
  one('nat-or-bridge', 'two cables in one socket', '[desk:eth0, office:p2]', '[desk:eth0, office:p1]', 'here link-endpoint-reused'),
  one('nat-or-bridge', 'a cable forgotten', '  - [desk:eth0, office:p2]\n', '', '29 interface-unconnected'),
  one('nat-or-bridge', 'a card outside its bridge', 'eth0:   { master: br-lan }', 'eth0:   { }', 'here interface-unconnected'),
  one('direct-routing', 'a route that sends back', '{ to: 10.2.2.0/24, via: 192.0.2.7 }', '{ to: 10.2.2.0/24, via: 192.0.2.5 }', 'here routing-loop'),
  one('direct-routing', 'an address without its neighbour', 'up:   { address: 192.0.2.7/31 }', 'up:   { address: 192.0.2.7/32 }', 'here gateway-off-link'),
  one('routed-lab.clab.yml', 'a link to nobody', '"r2:eth1", "server:eth1"', '"r2:eth1", "servr:eth1"', 'here unknown-reference'),
  one('routed-lab.clab.yml', 'an address in another subnet', 'ip addr add 10.1.0.10/24', 'ip addr add 10.1.1.10/24', 'here subnet-mismatch'),
  one('routed-lab.clab.yml', 'a next hop on no link', 'ip route add 10.2.0.0/24 via 10.9.0.2', 'ip route add 10.2.0.0/24 via 10.9.0.6', 'here next-hop-unreachable'),
  one('routed-lab.clab.yml', 'a gateway that the other end is not', 'ip route replace default via 10.2.0.1', 'ip route replace default via 10.2.0.2', 'here gateway-unowned'),
  one('containers.compose.yaml', 'a network that is not there', 'networks: [back]', 'networks: [bak]', 'here unknown-reference'),
  one('containers.compose.yaml', 'an address outside its network', 'ipv4_address: 172.30.1.10', 'ipv4_address: 172.30.2.10', 'here address-outside-subnet'),
  one('containers.compose.yaml', 'a port with a part too many', '"8080:80"', '"8080:80:90:1"', 'here wrong-type'),
  one('containers.compose.yaml', 'a prefix of 33 bits', 'subnet: 172.30.1.0/24', 'subnet: 172.30.1.0/33', 'here address-invalid'),
  one('direct-routing', 'a gateway that nobody is', 'gateway: 10.2.2.1 }', 'gateway: 10.2.2.2 }', 'here gateway-unowned'),
]

it.each(breaks)('$file: $what', ({ file, replace, by, found }) => {
  const name = file.includes('.') ? file : `${file}.infra.yaml`
  const clean = readFileSync(`examples/${name}`, 'utf8')
  const at = clean.indexOf(replace)
  expect(at, 'the example has changed').toBeGreaterThan(0)
  const here = clean.slice(0, at).split('\n').length
  const analysis = analyzeText(clean.replace(replace, by), name)
  const loud = analysis.problems.filter(({ code, severity }) => code !== 'expectation-failed' && (severity === 'error' || severity === 'warning'))
  expect(loud.map(({ code, at: place }) => `${analysis.locator.locate(place).range.start.line + 1} ${code}`)).toEqual(found.map((each) => each.replace('here', String(here))))
})

it('what fails for want of a rule says where the rule is wanted, and what follows from a finding stands beside it', () => {
  const related = (file: string, replace: string, by: string): readonly string[] =>
    analyzeText(readFileSync(`examples/${file}.infra.yaml`, 'utf8').replace(replace, by)).problems.filter(({ code }) => code === 'expectation-failed').map((each) => each.related.map(({ message }) => message.split(':')[0]).join(', '))
  expect(related('web-app-db', 'ports: [8080/tcp] }', 'ports: [8081/tcp] }')).toEqual(['dropped here'])
  expect(related('vxlan-tenants', 'blue2: { host: s2,', 'blue2: { host: s22,')).toEqual(['perhaps because of unknown-reference'])
  expect(related('tenant-l2-gre', '10.0.0.3/24', '10.0.1.3/24')).toEqual(['because of gateway-off-link', 'because of gateway-off-link'])
})
