/** A route by a next hop that cannot be asked. */
import { contains, isLinkLocal, printIp, printPrefix } from '../address/ip.ts'
import { isStack } from '../infra/node.ts'
import type { Check } from './check.ts'
import { explain } from './shared/explanation.ts'
import { isUp, keyOf, ownersOf, prefixesOf, stacksOf } from './shared/model.ts'
import { distance } from './shared/names.ts'
import { nextHopsOf } from './shared/next-hops.ts'
import { segmentsByDevice } from './shared/segments.ts'
import { t } from '../words.ts'

export const check: Check = {
  code: 'next-hop-unreachable',
  title: 'Next hop cannot be reached',
  severity: 'error',
  explanation: explain({
    what: 'The next hop of a route is on no link of the stack, or nobody on that link has the address.',
    why: 'Linux refuses the first kind ("Nexthop has invalid gateway"), and drops what follows the second after three unanswered ARP requests. `dev` alone does not help the first kind; with `onlink` as well Linux asks on that device, whatever its prefixes say.',
    mend: 'Name the address of a neighbour; the quick fix takes the nearest one that forwards.',
    wrong: 'eth0: { address: 192.0.2.1/24 }\nroutes: [{ to: 10.2.0.0/24, via: 198.51.100.7 }]',
    right: 'routes: [{ to: 10.2.0.0/24, via: 192.0.2.7 }]',
  }),
  run(context, report) {
    const segments = segmentsByDevice(context)
    for (const node of stacksOf(context.written)) {
      if (!node.routes.some((route) => route.type === 'unicast' && route.via.length > 0)) continue
      const real = context.infra.nodes.get(node.name)
      if (!real || !isStack(real) || real.opaque || [...real.interfaces.values()].some((one) => one.dhcp?.value)) continue
      const own = [...real.interfaces.values()].filter(isUp).flatMap((one) => prefixesOf(one).map(({ prefix }) => ({ prefix, one })))
      for (const route of node.routes) {
        if (route.type !== 'unicast') continue
        for (const { value: via, at } of route.via) {
          if (isLinkLocal(via) || own.some(({ one }) => one.addresses.some(({ value }) => keyOf(value.ip) === keyOf(via)))) continue
          // On which link it is, is said by whoever writes `onlink`; with `dev` it has to be on that one.
          if (route.onlink?.value && route.dev) continue
          const near = own.filter(({ prefix, one }) => prefix.ip.family === via.family && (!route.dev || one.name === route.dev.value))
          const home = near.find(({ prefix }) => contains(prefix, via))
          const byRoute = node.routes.some((each) => each.dev && each.via.length === 0 && each.to.value.length > 0 && (!route.dev || each.dev.value === route.dev.value) && contains(each.to.value, via))
          let message: string | undefined
          if (!home) {
            // A default route is told so by gateway-off-link.
            if (route.to.value.length === 0 || byRoute || (near.length === 0 && !route.dev)) continue
            const dev = route.dev && real.interfaces.get(route.dev.value)
            if (route.dev && !(dev && isUp(dev))) continue
            const to = printPrefix(route.to.value)
            const onto = near.map(({ prefix }) => printPrefix(prefix)).join(t(' and '))
            message = !dev ? t`the next hop ${printIp(via)} to ${to} is on no link of ${node.name}, which is on ${onto}`
              : near.length > 0 ? t`the next hop ${printIp(via)} to ${to} is not on the link of ${node.name}:${dev.name}, which is on ${onto}`
                : t`the next hop ${printIp(via)} to ${to} is not on the link of ${node.name}:${dev.name}, which has no IPv${via.family} prefix`
          } else {
            if (route.to.value.length === 0 || ownersOf(context).has(keyOf(via))) continue
            // Where nobody else is drawn on the link, or somebody unknown is, the next hop may be outside the file.
            const views = segments.get(`${node.name}:${home.one.name}`) ?? []
            const closed = views.length > 0 && views.every((view) => !view.segment.open)
            const others = views.flatMap((view) => view.devices).filter((device) => device.node.name !== node.name)
            if (!closed || others.length === 0 || others.some(({ node: other }) => other.opaque ?? other.kind === 'external')) continue
            if (others.some(({ node: other }) => isStack(other) && other.sysctl.proxyArp?.value)) continue
            message = t`nobody on the link of ${node.name}:${home.one.name} has ${printIp(via)}, the next hop to ${printPrefix(route.to.value)}`
          }
          const hops = nextHopsOf(context, real, via.family)
          const [best] = hops.map(({ ip, node: router }) => ({ text: printIp(ip), router })).sort((a, b) => distance(a.text, printIp(via)) - distance(b.text, printIp(via)))
          report({
            at, subject: node.name, message,
            fixes: best ? [{ title: t`Use ${best.text} of ${best.router.name}`, preferred: true, change: { kind: 'correct', at, value: best.text } }] : [],
          })
        }
      }
    }
  },
}
