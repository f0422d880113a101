/** The catalogue: every check, in the catalogue's order. */
import type { Problem, Severity } from '../infra/problem.ts'
import type { Progress } from '../reach/pair.ts'
import type { Chunk } from '../text/span.ts'
import type { Check, CheckContext } from './check.ts'
import { check as addressDuplicate } from './address-duplicate.ts'
import { check as addressIsBroadcast } from './address-is-broadcast.ts'
import { check as addressIsNetwork } from './address-is-network.ts'
import { check as addressOnBridgePort } from './address-on-bridge-port.ts'
import { check as addressOutsideSubnet } from './address-outside-subnet.ts'
import { check as anycastInconsistent } from './anycast-inconsistent.ts'
import { check as asymmetricPath } from './asymmetric-path.ts'
import { check as blackhole } from './blackhole.ts'
import { check as bondSingleMember } from './bond-single-member.ts'
import { check as bridgeLoop } from './bridge-loop.ts'
import { check as bridgeNeedsPromiscuous } from './bridge-needs-promiscuous.ts'
import { check as bridgeWithoutPort } from './bridge-without-port.ts'
import { check as deviceDuplicate } from './device-duplicate.ts'
import { check as dhcpExhausted } from './dhcp-exhausted.ts'
import { check as dhcpOverlap } from './dhcp-overlap.ts'
import { check as dnatPortConflict } from './dnat-port-conflict.ts'
import { check as dnatTargetUnreachable } from './dnat-target-unreachable.ts'
import { check as ecmpUnequal } from './ecmp-unequal.ts'
import { check as fabricAddressScheme } from './fabric-address-scheme.ts'
import { check as fabricKOdd } from './fabric-k-odd.ts'
import { check as fabricMiswired } from './fabric-miswired.ts'
import { check as fabricOversubscribed } from './fabric-oversubscribed.ts'
import { check as forwardingOff } from './forwarding-off.ts'
import { check as gatewayIsSelf } from './gateway-is-self.ts'
import { check as gatewayMissing } from './gateway-missing.ts'
import { check as gatewayOffLink } from './gateway-off-link.ts'
import { check as gatewayUnowned } from './gateway-unowned.ts'
import { check as hostOvercommitted } from './host-overcommitted.ts'
import { check as hostReachableFromGuest } from './host-reachable-from-guest.ts'
import { check as interfaceUnconnected } from './interface-unconnected.ts'
import { check as internalNetworkEscapes } from './internal-network-escapes.ts'
import { check as ipv6MissingPeer } from './ipv6-missing-peer.ts'
import { check as linkDown } from './link-down.ts'
import { check as linkEndpointReused } from './link-endpoint-reused.ts'
import { check as linkLocalOnly } from './link-local-only.ts'
import { check as linkOversubscribed } from './link-oversubscribed.ts'
import { check as macDuplicate } from './mac-duplicate.ts'
import { check as macvlanParentTalk } from './macvlan-parent-talk.ts'
import { check as macvlanPassthruShared } from './macvlan-passthru-shared.ts'
import { check as memoryOvercommitted } from './memory-overcommitted.ts'
import { check as mtuBelowIpv6Minimum } from './mtu-below-ipv6-minimum.ts'
import { check as mtuBlackhole } from './mtu-blackhole.ts'
import { check as mtuBridgeSilentDrop } from './mtu-bridge-silent-drop.ts'
import { check as mtuFragmentation } from './mtu-fragmentation.ts'
import { check as mtuJumboPartial } from './mtu-jumbo-partial.ts'
import { check as mtuMismatchLink } from './mtu-mismatch-link.ts'
import { check as mtuMismatchSegment } from './mtu-mismatch-segment.ts'
import { check as mtuTunnelOverDefault } from './mtu-tunnel-over-default.ts'
import { check as mtuTunnelTooSmall } from './mtu-tunnel-too-small.ts'
import { check as mtuVlanOverParent } from './mtu-vlan-over-parent.ts'
import { check as multipleDefaultRoutes } from './multiple-default-routes.ts'
import { check as nameTooLong } from './name-too-long.ts'
import { check as natCoversNothing } from './nat-covers-nothing.ts'
import { check as natHairpinMissing } from './nat-hairpin-missing.ts'
import { check as natWithoutForwarding } from './nat-without-forwarding.ts'
import { check as nativeVlanMismatch } from './native-vlan-mismatch.ts'
import { check as nextHopUnreachable } from './next-hop-unreachable.ts'
import { check as noReturnRoute } from './no-return-route.ts'
import { check as noRoute } from './no-route.ts'
import { check as opennebulaMacIp } from './opennebula-mac-ip.ts'
import { check as overlappingNat } from './overlapping-nat.ts'
import { check as persistenceLost } from './persistence-lost.ts'
import { check as publicAddressPrivateUse } from './public-address-private-use.ts'
import { check as publishedPortExposed } from './published-port-exposed.ts'
import { check as rackOverDensity } from './rack-over-density.ts'
import { check as replicasShareHost } from './replicas-share-host.ts'
import { check as routeShadowed } from './route-shadowed.ts'
import { check as routingLoop } from './routing-loop.ts'
import { check as securityGroupOpen } from './security-group-open.ts'
import { check as securityGroupUnenforced } from './security-group-unenforced.ts'
import { check as serviceBackendUnreachable } from './service-backend-unreachable.ts'
import { check as serviceSingleBackend } from './service-single-backend.ts'
import { check as singlePointOfFailure } from './single-point-of-failure.ts'
import { check as speedMismatch } from './speed-mismatch.ts'
import { check as spoofingPossible } from './spoofing-possible.ts'
import { check as stackedMaster } from './stacked-master.ts'
import { check as storageOverCapacity } from './storage-over-capacity.ts'
import { check as subnetMismatch } from './subnet-mismatch.ts'
import { check as subnetOverlap } from './subnet-overlap.ts'
import { check as tenantLeak } from './tenant-leak.ts'
import { check as tenantSharedGateway } from './tenant-shared-gateway.ts'
import { check as tenantSharedKernel } from './tenant-shared-kernel.ts'
import { check as tenantSharedSegment } from './tenant-shared-segment.ts'
import { check as tunnelEndpointUnreachable } from './tunnel-endpoint-unreachable.ts'
import { check as tunnelFloodMissing } from './tunnel-flood-missing.ts'
import { check as tunnelIdMismatch } from './tunnel-id-mismatch.ts'
import { check as tunnelIdOutOfRange } from './tunnel-id-out-of-range.ts'
import { check as tunnelIdSharedByTenants } from './tunnel-id-shared-by-tenants.ts'
import { check as tunnelLocalNotOwned } from './tunnel-local-not-owned.ts'
import { check as tunnelLowEntropy } from './tunnel-low-entropy.ts'
import { check as tunnelMeshIncomplete } from './tunnel-mesh-incomplete.ts'
import { check as tunnelMulticastUnsupported } from './tunnel-multicast-unsupported.ts'
import { check as tunnelOneSided } from './tunnel-one-sided.ts'
import { check as tunnelParallelLoop } from './tunnel-parallel-loop.ts'
import { check as tunnelPortMismatch } from './tunnel-port-mismatch.ts'
import { check as tunnelRecursion } from './tunnel-recursion.ts'
import { check as tunnelRemoteIsSelf } from './tunnel-remote-is-self.ts'
import { check as tunnelUnprotected } from './tunnel-unprotected.ts'
import { check as unknownReference } from './unknown-reference.ts'
import { check as unusedDefinition } from './unused-definition.ts'
import { check as vepaWithoutHairpin } from './vepa-without-hairpin.ts'
import { check as vlanExhaustion } from './vlan-exhaustion.ts'
import { check as vlanMismatch } from './vlan-mismatch.ts'
import { check as vlanNotOnTrunk } from './vlan-not-on-trunk.ts'
import { check as vlanOutOfRange } from './vlan-out-of-range.ts'
import { check as wireguardAllowedOverlap } from './wireguard-allowed-overlap.ts'
import { tryDemands } from './shared/demands.ts'
import { migrationCodes } from './shared/migration-codes.ts'
import { dropReasonCodes, readerCodes, type Explained } from './shared/reader-codes.ts'
import { t } from '../words.ts'

export const checks: readonly Check[] = [
  unknownReference, unusedDefinition, addressDuplicate, macDuplicate, addressIsNetwork, addressIsBroadcast,
  subnetOverlap, subnetMismatch, gatewayOffLink, gatewayMissing, gatewayUnowned, gatewayIsSelf, multipleDefaultRoutes,
  addressOutsideSubnet, dhcpOverlap, dhcpExhausted, publicAddressPrivateUse, linkLocalOnly, ipv6MissingPeer, opennebulaMacIp, tenantLeak,
  tenantSharedSegment, tenantSharedGateway, tenantSharedKernel, hostReachableFromGuest, securityGroupOpen, securityGroupUnenforced,
  publishedPortExposed, internalNetworkEscapes, spoofingPossible, mtuTunnelTooSmall, mtuMismatchSegment, mtuMismatchLink,
  mtuBridgeSilentDrop, mtuBelowIpv6Minimum, mtuVlanOverParent, mtuTunnelOverDefault, mtuBlackhole, mtuJumboPartial,
  mtuFragmentation,
  bridgeLoop, vlanMismatch, nativeVlanMismatch, vlanNotOnTrunk, vlanOutOfRange, vlanExhaustion, vepaWithoutHairpin,
  macvlanParentTalk, macvlanPassthruShared, bridgeNeedsPromiscuous, bridgeWithoutPort, addressOnBridgePort, stackedMaster, deviceDuplicate, linkEndpointReused,
  linkDown, interfaceUnconnected, speedMismatch, bondSingleMember, nameTooLong, forwardingOff, noRoute, noReturnRoute,
  asymmetricPath, routingLoop, blackhole, nextHopUnreachable, routeShadowed, ecmpUnequal, anycastInconsistent,
  tunnelOneSided, tunnelIdMismatch, tunnelPortMismatch, tunnelEndpointUnreachable, tunnelLocalNotOwned,
  tunnelRemoteIsSelf, tunnelRecursion, tunnelMeshIncomplete, tunnelFloodMissing, tunnelMulticastUnsupported,
  tunnelIdOutOfRange, tunnelIdSharedByTenants, tunnelLowEntropy, tunnelUnprotected, wireguardAllowedOverlap,
  tunnelParallelLoop, natWithoutForwarding, natCoversNothing, dnatPortConflict, dnatTargetUnreachable,
  natHairpinMissing, overlappingNat, serviceBackendUnreachable, serviceSingleBackend, persistenceLost,
  hostOvercommitted, memoryOvercommitted, storageOverCapacity, linkOversubscribed, singlePointOfFailure,
  replicasShareHost, rackOverDensity, fabricKOdd, fabricMiswired, fabricAddressScheme, fabricOversubscribed,
]

const byCode: ReadonlyMap<string, Explained> = new Map([
  ...Object.entries(readerCodes),
  ...checks.map(({ code, title, severity, explanation }): [string, Explained] => [code, { title, severity, text: explanation }]),
  ...Object.entries(migrationCodes),
  ...Object.entries(dropReasonCodes).filter(([code]) => !checks.some((check) => check.code === code)),
])

/** What a code means, of a check, of a reader or of a dropped packet; Markdown without a heading. Undefined for no code of ours. */
export const explanationOf = (code: string): { readonly title: string; readonly severity: Severity; readonly text: string } | undefined =>
  byCode.get(code)

/** Every code that `explanationOf` knows, in the catalogue's order. */
export const explainedCodes: readonly string[] = [...byCode.keys()]

/**
 * Runs every check; yields between them. What a generated part causes stands at the entry that makes it, so that the same
 * code may be found there several times: it is given once.
 */
export function* runChecks(context: CheckContext): Generator<Progress, readonly Problem[]> {
  const problems: Problem[] = []
  yield* tryDemands(context)
  for (const [done, check] of checks.entries()) {
    yield { doing: t`checking ${check.code}`, done, of: checks.length }
    const places = new Map<Chunk, Set<number>>()
    check.run(context, ({ severity, related, fixes, ...finding }) => {
      const { chunk, start, end } = finding.at
      let seen = places.get(chunk)
      if (!seen) places.set(chunk, (seen = new Set()))
      // A place is known by both its offsets; no entry is longer than 2^26.
      const place = start * 2 ** 26 + end
      if (seen.has(place)) return
      seen.add(place)
      problems.push({ code: check.code, severity: severity ?? check.severity, related: related ?? [], fixes: fixes ?? [], ...finding })
    })
  }
  return problems
}
