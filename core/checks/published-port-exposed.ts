/** A database or control port published on every address of the host. */
import { printPortRange, type PortRange } from '../address/port.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'published-port-exposed',
  title: 'Sensitive port is published',
  severity: 'warning',
  explanation: explain({
    what: 'A container publishes the port of a database, a cache or a control socket on all addresses of its host.',
    why: 'docker\'s rules come before the host\'s own firewall, so that the port is open to everybody who reaches the host.',
    mend: 'Bind it to one address (`127.0.0.1:5432:5432`), or publish nothing and let other containers use the network.',
    wrong: 'db: { ports: ["5432:5432"] }',
    right: 'db: { ports: ["127.0.0.1:5432:5432"] }',
  }),
  run(context, report) {
    // Docker's API, and stores that trust whoever can connect.
    const sensitive: Readonly<Record<number, string>> = { 2375: t('the docker API'), 3306: 'MySQL', 5432: 'PostgreSQL', 6379: 'Redis', 9200: 'Elasticsearch', 11211: 'memcached', 27017: 'MongoDB' }
    if (![...context.infra.nodes.values()].some((node) => node.kind === 'external')) return
    for (const node of context.written.nodes.values()) {
      if (node.kind !== 'container') continue
      for (const { host, hostIp, container, at } of node.ports) {
        const what = sensitive[container.first]
        if (!host || hostIp || what === undefined) continue
        report({ at, subject: node.name, message: t`${node.name} publishes ${what} (${printPortRange(container)}) on every address of ${node.host?.value ?? t('its host')}`, fixes: [{ title: t('Publish it on 127.0.0.1 only'), preferred: true, change: { kind: 'correct', at, value: `127.0.0.1:${printPublished(host, container)}` } }] })
      }
    }
  },
}

/** As docker writes it: `8080:80/udp`. */
function printPublished(host: PortRange, container: PortRange): string {
  const range = ({ first, last }: PortRange): string => (first === last ? String(first) : `${first}-${last}`)
  return `${range(host)}:${range(container)}${container.protocol === 'tcp' ? '' : `/${container.protocol}`}`
}
