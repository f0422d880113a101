/** Random networks over what a kernel can show: a recipe gives the shape, chance the details, and mistakes are made on purpose. */
import { chanceOf, type Chance } from './chance.ts'
import { describeChildren, describeHosts } from './recipes-hosts.ts'
import { describeBridgedFilters, describeContainers, describeGroups } from './recipes-guests.ts'
import { describeErrors } from './recipes-errors.ts'
import { describeLayers } from './recipes-layers.ts'
import { describeMulticast } from './recipes-multicast.ts'
import { describeFabric, describeNetworks } from './recipes-networks.ts'
import { describeOutside } from './recipes-outside.ts'
import { describeAnswering, describeEqualWays, describeTurning } from './recipes-ways.ts'
import { describeSealed, describeSix } from './recipes-underlays.ts'
import { describeLan, describeRouted } from './recipes-plain.ts'
import { describeBonds, describeLayer3Tunnels, describeTranslation, describeVrf } from './recipes-routers.ts'
import { describeProtocols } from './recipes-protocols.ts'
import { describeAnycast, describeBalancer } from './recipes-services.ts'
import { describeStackedTags, describeTables } from './recipes-tables.ts'
import type { Draft, Keys } from './recipe.ts'
import { emptyDraft } from './recipe.ts'

type Recipe = (chance: Chance) => Draft

const recipes: readonly [Recipe, ...Recipe[]] = [
  describeLan, describeRouted, describeHosts, describeHosts, describeChildren, describeTranslation, describeLayer3Tunnels, describeVrf, describeBonds,
  describeStackedTags, describeTables, describeProtocols, describeContainers, describeGroups, describeBridgedFilters, describeSealed, describeSix,
  describeErrors, describeErrors, describeLayers, describeLayers, describeLayers, describeEqualWays, describeAnswering, describeTurning,
]

// Every fifth seed draws from these instead, so that the others stay what they were.
const fifths: readonly [Recipe, ...Recipe[]] = [describeOutside, describeBalancer, describeAnycast, describeMulticast, describeNetworks, describeNetworks, describeFabric]

/** The text of the network that belongs to a seed, of one recipe by its number where it is given; the language is the same in JSON. */
export function generate(seed: number, only?: number): string {
  const chance = chanceOf(seed * 7919 + 13)
  const draft = ([...recipes, ...fifths][only ?? -1] ?? chance.pick(seed % 5 === 0 ? fifths : recipes))(chance)
  for (let n = chance.pick([0, 0, 1, 1, 2, 3]); n > 0; n--) spoil(draft, chance)
  return JSON.stringify({ infra: 1, ...draft }, null, 1)
}

/** One mistake, or one setting, of those that people make. */
function spoil(draft: Draft, chance: Chance): void {
  const stacks = [...Object.values(draft.servers), ...Object.values(draft.routers), ...Object.values(draft.vms), ...Object.values(draft.containers)]
  const stack = stacks[chance.below(stacks.length)]
  if (!stack) return
  const interfaces = Object.entries((stack['interfaces'] ?? {}) as Record<string, Keys>)
  const [name, device] = interfaces[chance.below(interfaces.length)] ?? []
  if (!device || name === undefined) return
  switch (chance.below(11)) {
    case 0: device['up'] = false; break
    case 1: device['mtu'] = chance.pick([1400, 1300, 1450, 1496, 9000]); break
    case 2: stack['forwarding'] = chance.with(0.5); break
    case 3: stack['sysctl'] = { rp_filter: chance.pick([1, 2]) }; break
    case 4: stack['sysctl'] = { arp_ignore: chance.pick([1, 2]) }; break
    case 5: {
      const link = draft.links[chance.below(draft.links.length)]
      if (link) link['up'] = false
      break
    }
    case 6: delete device['gateway']; break
    case 7: if (typeof device['address'] === 'string') device['address'] = device['address'].replace(/\/24$/, chance.pick(['/25', '/16', '/30'])); break
    case 8: stack['sysctl'] = { proxy_arp: true }; break
    case 9: stack['sysctl'] = { [name]: chance.pick([{ rp_filter: 1 }, { rp_filter: 2 }, { arp_ignore: 1 }, { proxy_arp: 1 }]) }; break
    default: stack['sysctl'] = { arp_announce: chance.pick([1, 2]) }
  }
}

export { emptyDraft }
