/** What can lie over a picture, with the answer that it shows. The views of the base, physical and tenant, are the picture itself. */
import type { PacketQuestion, ShownFailure, ShownJoint, ShownReach, ShownTrace } from '../protocol.ts'
import type { ShownDifference, ShownLoad, ShownNetworkDetail } from '../viewed.ts'

export type OpenView =
  /** One broadcast domain is lit. */
  | { readonly kind: 'network'; readonly network: ShownNetworkDetail }
  /** A packet's way; `packet` where it is known what was asked. */
  | { readonly kind: 'packet'; readonly trace: ShownTrace; readonly packet?: PacketQuestion | undefined }
  /** Whom a node reaches; without an answer only who asks. */
  | { readonly kind: 'reach'; readonly from?: string | undefined; readonly reach?: ShownReach | undefined }
  | { readonly kind: 'utilisation'; readonly load: ShownLoad }
  /** What is off, by the diagram's ids, and what breaks. */
  | { readonly kind: 'failures'; readonly off: readonly string[]; readonly failure?: ShownFailure | undefined }
  | { readonly kind: 'difference'; readonly difference: ShownDifference }
  /** Several migrations as one plan. */
  | { readonly kind: 'moves'; readonly plan: ShownJoint }
