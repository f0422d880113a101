/** A network on which moves meet. */

/** Two racks over one narrow link; s1's guests write nearly as much as it carries, and s2 and s4 have room for one guest each. */
export const twoRacks = `infra: 1
name: Two racks
servers:
  s1: { cpus: 16, memory: 16GiB, rack: left, interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.11/24 } } }
  s2: { cpus: 16, memory: 12GiB, rack: left, interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.12/24 } } }
  s3: { cpus: 16, memory: 64GiB, rack: right, interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.13/24 } } }
  s4: { cpus: 16, memory: 12GiB, rack: right, interfaces: { eth0: { master: br0 }, br0: { type: bridge, address: 10.0.0.14/24 } } }
vms:
  web:   { host: s1, vcpus: 1, memory: 4GiB, workload: { dirty-rate: 70MiB/s, working-set: 512MiB }, interfaces: { eth0: { attach: br0, address: 10.0.0.51/24 } } }
  db:    { host: s1, vcpus: 2, memory: 8GiB, workload: { dirty-rate: 80MiB/s, working-set: 1GiB }, interfaces: { eth0: { attach: br0, address: 10.0.0.52/24 } } }
  cache: { host: s2, vcpus: 1, memory: 8GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.53/24 } } }
  mail:  { host: s4, vcpus: 1, memory: 8GiB, interfaces: { eth0: { attach: br0, address: 10.0.0.54/24 } } }
switches:
  left:  { rack: left }
  right: { rack: right }
links:
  - { ends: [s1:eth0, left:p1], bandwidth: 10Gbps }
  - { ends: [s2:eth0, left:p2], bandwidth: 10Gbps }
  - { ends: [s3:eth0, right:p1], bandwidth: 10Gbps }
  - { ends: [s4:eth0, right:p2], bandwidth: 10Gbps }
  - { ends: [left:up, right:up], bandwidth: 1Gbps }
`
