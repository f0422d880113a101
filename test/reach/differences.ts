/** What routes worked out once for all pairs say otherwise than packets that are followed one by one. */
import { printIp } from '../../core/address/ip.ts'
import { follow, questionOf } from '../../core/forwarding/follow.ts'
import { compile, reachEcho } from '../../core/forwarding/index.ts'
import { isStack } from '../../core/infra/node.ts'
import { addressesOf } from '../../core/reach/index.ts'
import { realisedOf } from '../traces/plane.ts'

/** Of all pairs, or of those that are asked for, of stacks by their number. */
export function differences(text: string, asked: (from: number, to: number) => boolean = () => true): readonly string[] {
  const infra = realisedOf(text)
  const plane = compile(infra)
  const stacks = [...infra.nodes.values()].filter(isStack)
  return stacks.flatMap((from, i) => stacks.filter((to, j) => to !== from && asked(i, j)).flatMap((to) => addressesOf(to).flatMap((ip) => {
    const walked = reachEcho(plane, from.name, to.name, ip)
    const question = questionOf(plane.world, { from: from.name, to: ip, toNode: to.name, proto: 'icmp', size: 84, df: false })
    // Every way that chance may decide for, packet by packet.
    const followed = question ? follow(plane.world, question, 84, false, false) : walked
    // Of lost neighbours, and of what chance decides, the sentence names the way that was tried.
    const told = new Set(['filtered', 'no-return', 'loop', 'no-route', 'blackhole', 'forwarding-off'])
    const say = ({ verdict, reason, pathMtu, because }: typeof walked): string => `${verdict} ${reason} ${pathMtu}${told.has(reason ?? '') ? ` ${because}` : ''}`
    return say(walked) === say(followed) ? [] : [`${from.name} → ${to.name} ${printIp(ip)}: walked ${say(walked)}, followed ${say(followed)}`]
  })))
}
