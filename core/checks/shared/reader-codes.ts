/** What the readers report, and why packets are dropped, explained like the checks of this room. */
import type { Severity } from '../../infra/problem.ts'
import { explain } from './explanation.ts'

export interface Explained {
  readonly title: string
  readonly severity: Severity
  readonly text: string
}

export const readerCodes: Readonly<Record<string, Explained>> = {
  'yaml-syntax': {
    title: 'Not readable as YAML', severity: 'error', text: explain({
      what: 'The text breaks YAML 1.2 here: a wrong indentation, an unclosed bracket or quote, a tab, or a file too large or too deeply nested to be read safely.',
      why: 'What comes after cannot be told apart with certainty. Everything that still makes sense is read nevertheless.',
      mend: 'Look at the place and the line before it. Indent with spaces, and close what is opened.',
      wrong: 'eth0: { address: 10.0.0.1/24', right: 'eth0: { address: 10.0.0.1/24 }',
    }),
  },
  'unknown-key': {
    title: 'Unknown key', severity: 'warning', text: explain({
      what: 'The language does not know this key here. Nothing is dropped from the file, but the key has no effect.',
      why: 'Usually it is a slip of the fingers, and a setting that you believe to be there is not.',
      mend: 'Take the nearest known key, which the quick fix offers. Keys of your own belong under a top-level key that begins with `x-`.',
      wrong: 'eth0: { mtuu: 9000 }', right: 'eth0: { mtu: 9000 }',
    }),
  },
  'wrong-type': {
    title: 'Wrong kind of value', severity: 'error', text: explain({
      what: 'The value is of another kind than the key takes: a word where a number, a size, a rate or a list belongs.',
      why: 'The value cannot be used; the rest of the entry is read as if the key were absent.',
      mend: 'Write the value as the message says. Sizes are written `64GiB`, rates `10Gbps`, times `300ms`.',
      wrong: 'memory: a lot', right: 'memory: 4GiB',
    }),
  },
  'missing-key': {
    title: 'Missing key', severity: 'error', text: explain({
      what: 'The entry lacks a key without which it means nothing.',
      why: 'It cannot be simulated: a link without ends joins nothing.',
      mend: 'Add the key that the message names.',
      wrong: 'networks: { blue: { id: 5001 } }', right: 'networks: { blue: { type: vxlan, id: 5001 } }',
    }),
  },
  'duplicate-name': {
    title: 'Name used twice', severity: 'error', text: explain({
      what: 'Two entries have the same name, in one section, in two sections, in an included file or in another file of the same estate. Servers, VMs, containers, switches, routers, externals and fabrics share one space of names.',
      why: 'Every reference to the name would be ambiguous. The first owner keeps it, the second is not used.',
      mend: 'Rename one of the two.',
      wrong: 'servers: { a: {} }\nrouters: { a: {} }', right: 'servers: { a: {} }\nrouters: { r-a: {} }',
    }),
  },
  'address-invalid': {
    title: 'Not an address', severity: 'error', text: explain({
      what: 'The text is no IPv4 or IPv6 address or prefix: a byte above 255, a prefix length beyond 32 or 128, a missing part, or a leading zero, which some programs read as octal.',
      why: 'The interface has no such address, and nobody reaches it.',
      mend: 'Write `10.0.0.1/24` or `fd00::1/64`.',
      wrong: 'address: 10.0.0.300/24', right: 'address: 10.0.0.30/24',
    }),
  },
  'mac-invalid': {
    title: 'Not an Ethernet address of an interface', severity: 'error', text: explain({
      what: 'The text is no MAC address, or one that no interface can have: all zero, or with the group bit (the lowest of the first byte) set.',
      why: 'Linux refuses it (is_valid_ether_addr); switches would treat its frames as multicast.',
      mend: 'Write six bytes with an even first one, best a locally administered address like `02:…`, or leave the key away.',
      wrong: 'mac: "01:00:5e:00:00:01"', right: 'mac: "02:00:5e:00:00:01"',
    }),
  },
  'include-failed': {
    title: 'Included file not read', severity: 'error', text: explain({
      what: 'An included file does not exist, cannot be read, is outside the workspace, or includes itself.',
      why: 'What it defines is missing here, so that names seem unknown.',
      mend: 'Correct the relative path. Files outside the workspace are refused on purpose.',
      wrong: 'include: [../../elsewhere.infra.yaml]', right: 'include: [parts/servers.infra.yaml]',
    }),
  },
  'expectation-failed': {
    title: 'Expectation fails', severity: 'error', text: explain({
      what: 'An entry of the `expect` section does not hold. The message says where the packet ends, or which packet arrives that should not.',
      why: 'The file says itself what it is for; here it does something else. The counterexample can be traced from the lightbulb.',
      mend: 'Look at the other problems first, which name the cause where there is one; else trace the counterexample. If the expectation is what is wrong, correct it.',
      wrong: 'expect:\n  - block: { from: db, to: internet }   # and db has a gateway that masquerades',
      right: 'expect:\n  - block: { from: db, to: internet }   # and no way out for db',
    }),
  },
  'useless-suppression': {
    title: 'Suppresses nothing', severity: 'warning', text: explain({
      what: 'A comment `# underlay-disable-next-line code` or `# underlay-disable code` suppresses nothing: the code is not found there, there is no such code, or none is named.',
      why: 'It hides the finding on the day when it comes back, and says of the file what is not true any more.',
      mend: 'Take the comment away, or correct the code. Behind `--` stands the reason, for those who read it later.',
      wrong: '# underlay-disable-next-line mtu-mismatch-lnk -- the lab has no jumbo frames', right: '# underlay-disable-next-line mtu-mismatch-link -- the lab has no jumbo frames',
    }),
  },
  'unsupported-here': {
    title: 'Not modelled', severity: 'information', text: explain({
      what: 'The file uses a construct of its own format that Underlay does not model. It is named here so that nothing is dropped silently.',
      why: 'The simulation may differ from what the tool itself builds.',
      mend: 'Nothing has to be done. Where it matters, describe the same in an infra file.',
      wrong: 'cap_add: [NET_ADMIN]', right: '# as it is: the key stays and is named',
    }),
  },
}

const reason = (title: string, what: string, why: string, mend: string, wrong: string, right: string): Explained => ({
  title, severity: 'information', text: explain({ what, why, mend, wrong, right }),
})

export const dropReasonCodes: Readonly<Record<string, Explained>> = {
  'no-route': reason('Dropped: no route', 'A stack has no route to the destination.', 'It drops the packet and answers "network unreachable".', 'Add a route or a gateway at the node that the trace names.', 'routes: []', 'routes: [{ to: default, via: 10.0.0.254 }]'),
  'neighbour-unreachable': reason('Dropped: neighbour unreachable', 'Nobody on the segment answers the ARP request or neighbour solicitation for the next hop.', 'After three tries the stack answers "host unreachable".', 'Correct the next hop\'s address, its VLAN or its bridge, or bring it up.', 'gateway: 10.0.0.253', 'gateway: 10.0.0.254   # who exists'),
  'forwarding-off': reason('Dropped: forwarding off', 'A stack got a packet for somebody else and does not forward.', 'It is dropped silently; only routers forward by default.', 'Write `forwarding: true`.', 's1: { }', 's1: { forwarding: true }'),
  filtered: reason('Dropped: filtered', 'A firewall rule, its policy or a security group does not let the packet through.', 'It is dropped silently.', 'Allow it with a rule before the one that the trace names, if it should pass.', 'ingress: []', 'ingress: [{ from: any, ports: [443/tcp] }]'),
  'mtu-exceeded': reason('Dropped: too large', 'The packet is larger than a device on the way takes, and may not be fragmented or the device is a bridge port, which never fragments.', 'A router answers with ICMP; a bridge says nothing.', 'Lower the sender\'s MTU to the path\'s, or raise the device\'s.', 'mtu: 1500   # behind VXLAN', 'mtu: 1450'),
  vlan: reason('Dropped: VLAN', 'A port is not a member of the frame\'s VLAN.', 'The bridge drops it at ingress or never sends it out there.', 'Put the port into the VLAN or the VLAN onto the trunk.', 'p1: { trunk: [10] }', 'p1: { trunk: [10, 20] }'),
  'no-carrier': reason('Dropped: no carrier', 'The device is down, or its link is, or nothing is connected to it.', 'Nothing leaves it.', 'Bring the device or the link up, or connect it.', 'eth0: { up: false }', 'eth0: { up: true }'),
  loop: reason('Dropped: loop', 'The packet comes back to where it was: a routing loop, or a circle of bridges without spanning tree.', 'IP packets end when their TTL does; frames never do.', 'Correct the route that sends it back, or turn `stp` on.', 'r1: { routes: [{ to: default, via: 192.0.2.2 }] }   # which is r2, and r2 sends it back', 'r2: { routes: [{ to: default, via: 198.51.100.1 }] }'),
  blackhole: reason('Dropped: blackhole', 'A route of type blackhole or unreachable covers the destination.', 'It is there to drop; a more specific route that should win is missing.', 'Add the more specific route, or take the blackhole away.', 'routes: [{ to: 10.0.0.0/8, type: blackhole }]', 'routes: [{ to: 10.1.0.0/16, via: 192.0.2.1 }, { to: 10.0.0.0/8, type: blackhole }]'),
  tunnel: reason('Dropped: tunnel', 'A tunnel does not carry the packet: no remote, another id or port at the far end, or it leads into itself.', 'The tunnel host drops it silently.', 'Look at the tunnel problems of the same file.', 'tun0: { type: vxlan, id: 7 }', 'tun0: { type: vxlan, id: 7, remote: 20.0.0.2 }'),
  'not-delivered': reason('Dropped: arrived elsewhere', 'The packet came to a stack that is not the one asked for, such as another owner of the same address.', 'The answer, if any, is from somebody else.', 'Look for duplicate addresses and translations.', 'vm1: 10.0.0.1, vm2: 10.0.0.1', 'vm1: 10.0.0.1, vm2: 10.0.0.2'),
  'no-return': reason('Dropped: no answer', 'The packet arrived, its answer did not. The return\'s own reason stands beside it.', 'To the sender it looks like any other loss.', 'Mend the way back: usually a missing route or gateway at the receiver.', 'db: { }', 'db: { interfaces: { eth0: { gateway: 10.2.0.1 } } }'),
  'unknown-node': reason('Unknown', 'The path leads through a node whose forwarding cannot be known.', 'No answer is better than a guess.', 'Describe the node as a router or server if you know what it does.', 'kind: vendor-os', 'routers: { r1: { … } }'),
}
