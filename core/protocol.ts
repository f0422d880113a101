/** Front door: every message to and from the webview, one closed union each way. Types only; everything is plain JSON. */
import type { Diagram, DiagramView } from './diagram/diagram.ts'
import type { Found } from './diagram/search.ts'
import type { DiagramStep } from './diagram/step.ts'
import type { SettingGroup, SettingRow } from './formats/format.ts'
import type { AddKind, Field, Gesture } from './gestures/gesture.ts'
import type { Change, Says } from './infra/change.ts'
import type { MigrationMode, MigrationProfile } from './infra/parts.ts'
import type { Pace, Rebalancing } from './migration/plan-report.ts'
import type { JointMove, JointReport, PaceKind, Wanted } from './migration/joint-report.ts'
import type { MigrationReport } from './migration/report.ts'
import type { Advice, Study, Sweep } from './migration/study-report.ts'
import type { Severity } from './infra/problem.ts'
import type { ShownPositions, SpotsChange } from './sidecar/sidecar.ts'
import type { Range } from './text/source.ts'
import type { ShownDifference, ShownDomains, ShownLoad, ShownNetwork, ShownNetworkDetail, ShownProgress, ShownRevision, TriedFlow } from './viewed.ts'

export type * from './viewed.ts'

/** A report or trace as the webview sees it: cli.md's JSON, spans turned into ranges. */
export interface ShownProblem {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly subject: string | null
  readonly range: Range
  readonly uri: string
  readonly fixes: readonly { readonly title: string; readonly change: Change }[]
}

export interface ShownHop {
  readonly node: string
  readonly interface: string | null
  readonly step: string
  readonly detail: string
  readonly table: string | null
  readonly headers: readonly string[]
  readonly size: number
  readonly range: Range | null
  /** The diagram's id of the bridge whose port the interface is: who decides where the frame goes. Absent where it is no bridge's. */
  readonly bridge?: string
}

export interface ShownTrace {
  readonly verdict: string
  readonly reason: string | null
  readonly because: string | null
  readonly pathMtu: number | null
  readonly hops: readonly ShownHop[]
  readonly reply: { readonly verdict: string; readonly reason: string | null; readonly hops: readonly ShownHop[] } | null
  /** The ICMP error that tells the sender, and its way. */
  readonly error?: { readonly verdict: string; readonly reason: string | null; readonly hops: readonly ShownHop[]; readonly icmp: { readonly name: string; readonly type: number; readonly code: number; readonly mtu: number | null; readonly from: string } }
}

export interface ShownFinding {
  readonly code: string
  readonly status: 'pass' | 'warn' | 'block'
  readonly message: string
}

export interface ShownTarget {
  readonly host: string
  readonly feasible: boolean
  readonly preflight: readonly ShownFinding[]
}

/** A report whose findings have no places: cli.md's `migrate`. */
export type ShownMigration = Omit<MigrationReport, 'preflight'> & { readonly preflight: readonly ShownFinding[] }

/** A guest of an evacuation: where it goes, or that it goes nowhere and what forbids it, host by host. */
export interface ShownMove {
  readonly vm: string
  readonly from: string
  readonly to: string | null
  readonly feasible: boolean
  readonly mode: string | null
  readonly wave: number | null
  readonly startSeconds: number | null
  readonly totalSeconds: number | null
  readonly downtimeSeconds: number | null
  readonly transferredBytes: number | null
  readonly converged: boolean | null
  /** Bytes per second, its share of the way. */
  readonly bandwidth: number | null
  readonly findings: readonly (ShownFinding & { readonly host?: string })[]
}

export interface ShownEvacuation {
  readonly host: string
  readonly feasible: boolean
  readonly parallel: number
  readonly totalSeconds: number | null
  /** Those that go, in their order; then those that cannot. */
  readonly moves: readonly ShownMove[]
  readonly paces: readonly Pace[]
  readonly notes: readonly string[]
}

/** Several moves as one plan; their findings have no places. */
export type ShownJoint = Omit<JointReport, 'moves'> & { readonly moves: readonly ShownJointMove[] }
export type ShownJointMove = Omit<JointMove, 'findings'> & { readonly findings: readonly ShownFinding[] }
export type { PaceKind, Wanted }

/** What surrounds a migration; absent where the guest or the host is none. */
export interface ShownForecast {
  readonly advice?: Advice
  readonly sweep?: Sweep
  readonly study?: Study
}

export type { AddKind, Field, Gesture, SettingGroup, SettingRow }

/** What a gesture would do: in words, with what can still be chosen and what it would break. */
export interface ShownPlan {
  readonly title: string
  readonly fields: readonly Field[]
  readonly notes: readonly string[]
  readonly faults: readonly string[]
  readonly change: Change
  /** The diagram's id of what should be chosen afterwards. */
  readonly selects?: string
  /** New lines between boxes, drawn before they are made. */
  readonly preview?: readonly { readonly from: string; readonly to: string; readonly label: string }[]
}

/** What the designer may ask the core; the answer comes back under the same number. */
export type Question =
  | { readonly kind: 'targets'; readonly vm: string; readonly mode?: MigrationMode; readonly profile?: MigrationProfile }
  | { readonly kind: 'migrate'; readonly vm: string; readonly to: string; readonly mode?: MigrationMode; readonly profile?: MigrationProfile }
  /** Several moves as one plan. */
  | { readonly kind: 'together'; readonly moves: readonly Wanted[]; readonly pace: PaceKind; readonly mode?: MigrationMode; readonly profile?: MigrationProfile }
  | { readonly kind: 'plan'; readonly gesture: Gesture }
  /** These are copied, to be pasted in any picture. It has no answer that matters. */
  | { readonly kind: 'copied'; readonly ids: readonly string[] }
  /** Every setting that a part may have. */
  | { readonly kind: 'settings'; readonly id: string }
  /** What has a name and no box in this view. */
  | { readonly kind: 'parts' }
  /** Where everyone on a host can go; and which moves would even out the hosts. */
  | { readonly kind: 'evacuate'; readonly host: string }
  | { readonly kind: 'rebalance' }
  /** The ways beside each other, the curves and the many runs of the same migration. */
  | { readonly kind: 'forecast'; readonly vm: string; readonly to: string; readonly mode?: MigrationMode; readonly profile?: MigrationProfile }
  /** Whom a node reaches. */
  | { readonly kind: 'reach'; readonly from: string }
  /** What breaks when a node or a link fails. */
  | { readonly kind: 'failure'; readonly id: string }
  /** Guests that the picture holds closed: by name, address, prefix or number. */
  | { readonly kind: 'find'; readonly words: string }
  /** What must be programmed on a box. */
  | { readonly kind: 'commands'; readonly node: string }
  | PacketQuestion & { readonly kind: 'trace' }
  /** Of a packet that does not arrive: the fewest settings that would let it. */
  | PacketQuestion & { readonly kind: 'why-not' }
  /** Nobody waits for the answer under this number any more. It has none of its own. */
  | { readonly kind: 'never-mind'; readonly number: number }
  /** Older texts of this file; and what differs from one of them. */
  | { readonly kind: 'revisions' }
  | { readonly kind: 'difference'; readonly revision: string; readonly view: DiagramView; readonly tenant?: string }
  /** Broadcast domains: all, and those that an element is in; one of them, as a broadcast from somewhere finds it. */
  | { readonly kind: 'networks'; readonly at?: string }
  | { readonly kind: 'network'; readonly key: string; readonly from?: string; readonly view: DiagramView; readonly tenant?: string }
  /** All of them, as a layer over the picture. */
  | { readonly kind: 'domains'; readonly view: DiagramView; readonly tenant?: string }
  /** How full links, servers and storage are; `each`: what every declared flow takes at most. */
  | { readonly kind: 'load'; readonly each?: string; readonly flows?: readonly TriedFlow[] }

/** Pairs that a failure takes, brings or narrows: the first few hundred of each, and how many there are. */
export interface ShownFailure {
  readonly id: string
  readonly label: string
  readonly gone: readonly string[]
  readonly compared: number
  readonly lost: ShownPairs
  readonly gained: ShownPairs
  readonly changed: ShownPairs
  /** Tunnels that are left and whose packets are lost, or may be; each direction once. */
  readonly tunnels: readonly { readonly ends: readonly [string, string]; readonly verdict: 'dropped' | 'unknown'; readonly reason: string | null }[]
}

export interface ShownPairs {
  readonly count: number
  readonly pairs: readonly { readonly from: string; readonly to: string; readonly address: string; readonly said: string }[]
}

/** Every other stack once: by the first of its addresses that is reached, else by its first. */
export interface ShownReach {
  readonly from: string
  readonly ends: readonly { readonly node: string; readonly address: string; readonly verdict: string; readonly reason: string | null; readonly because: string | null; readonly pathMtu: number | null }[]
}

/** A packet between names. */
export interface PacketQuestion {
  /** `node` or `node:interface`. */
  readonly from: string
  /** `node`, `node:interface` or an address. */
  readonly to: string
  readonly proto: 'icmp' | 'tcp' | 'udp'
  readonly port?: number
  /** Bytes of the IP packet. */
  readonly size: number
  readonly df: boolean
}

/** Steps in order, each at the place that it changes; null where nothing that is known mends it, and `lacks` says what is missing. `change` does them all. */
export interface ShownWhyNot {
  readonly lacks: string | null
  readonly steps: readonly { readonly title: string; readonly uri: string; readonly range: Range }[] | null
  readonly change: Change | null
}

export type Answer =
  /** `mode`: what was asked for, else what the file says. */
  | { readonly kind: 'targets'; readonly vm: string; readonly mode: MigrationMode; readonly targets: readonly ShownTarget[] }
  | { readonly kind: 'migrate'; readonly report: ShownMigration }
  | { readonly kind: 'together'; readonly plan: ShownJoint }
  | { readonly kind: 'forecast'; readonly forecast: ShownForecast }
  | { readonly kind: 'evacuate'; readonly plan: ShownEvacuation }
  | { readonly kind: 'rebalance'; readonly plan: Rebalancing }
  | { readonly kind: 'trace'; readonly trace: ShownTrace }
  | { readonly kind: 'why-not'; readonly whyNot: ShownWhyNot }
  | { readonly kind: 'reach'; readonly reach: ShownReach }
  | { readonly kind: 'failure'; readonly failure: ShownFailure }
  | { readonly kind: 'found'; readonly found: readonly Found[] }
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  /** `version`: of the text that it was planned for; its change is for that and no other. */
  | { readonly kind: 'plan'; readonly plan: ShownPlan; readonly version?: number }
  | { readonly kind: 'copied' }
  | { readonly kind: 'settings'; readonly groups: readonly SettingGroup[] }
  | { readonly kind: 'parts'; readonly parts: readonly { readonly id: string; readonly kind: string; readonly name: string }[] }
  | { readonly kind: 'revisions'; readonly revisions: readonly ShownRevision[] }
  | { readonly kind: 'difference'; readonly difference: ShownDifference }
  | { readonly kind: 'networks'; readonly networks: readonly ShownNetwork[]; readonly at: readonly string[] }
  | { readonly kind: 'network'; readonly network: ShownNetworkDetail }
  | { readonly kind: 'domains'; readonly domains: ShownDomains }
  | { readonly kind: 'load'; readonly load: ShownLoad }
  /** Not the answer yet: how far it has come. */
  | { readonly kind: 'progress'; readonly progress: ShownProgress }
  | { readonly kind: 'failed'; readonly why: string }

/** How the designer should behave, from VS Code's settings. */
export interface DesignerSettings {
  readonly direction: 'DOWN' | 'RIGHT'
  readonly reducedMotion: boolean
}

/** The latest picture. `broken` says that the text cannot be read whole just now and the picture is of an older text. */
export interface Show<D = Diagram> {
  readonly kind: 'show'
  readonly uri: string
  readonly version: number
  /** The same for the same text, whatever was in between. */
  readonly text: string
  readonly diagram: D
  /** What this diagram is called when a later one is told as a step from it. */
  readonly picture?: string
  readonly problems: readonly ShownProblem[]
  readonly broken: { readonly message: string; readonly range: Range } | null
  readonly settings: DesignerSettings
  /** What the file's language can say; absent: everything. */
  readonly says?: Says
  /** Where a person put things; null as long as nobody keeps them. */
  readonly positions: ShownPositions | null
}

/** As it is sent: whole, or as a step from a picture that the webview has. */
export type ToldShow = Show<Diagram | DiagramStep>

export type ToWebview =
  | ToldShow
  /** The cursor stands in this element's text, or a command wants it seen. */
  | { readonly kind: 'select'; readonly id: string | null; readonly centre: boolean }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answer }
  /** A command of VS Code for the designer: open the migration panel on a VM, fit, search, switch the view. */
  | { readonly kind: 'do'; readonly what: 'fit' | 'search' | 'link' | 'migrate' | 'trace' | 'difference' | 'networks' | 'load' | 'positions' | 'lay-out' | 'save' | 'zoom-in' | 'zoom-out'; readonly id?: string; readonly packet?: Omit<PacketQuestion, 'from' | 'to'> }
  | { readonly kind: 'refused'; readonly why: string }

export type ToExtension =
  | { readonly kind: 'ready' }
  | { readonly kind: 'view'; readonly view: DiagramView; readonly tenant?: string; readonly open?: readonly string[] }
  | { readonly kind: 'ask'; readonly number: number; readonly question: Question }
  /** A gesture; refused when the document has moved on from this version. */
  | { readonly kind: 'change'; readonly version: number; readonly change: Change; readonly label: string }
  /** Show this element's line in the text; `focus` also moves the keyboard there. */
  | { readonly kind: 'reveal'; readonly id: string; readonly focus: boolean }
  | { readonly kind: 'reveal-range'; readonly uri: string; readonly range: Range }
  /** Boxes were put somewhere, or let go. `begin`: the sidecar is made where there is none. */
  | { readonly kind: 'positions'; readonly change: SpotsChange; readonly begin?: true }
  /** The picture as SVG or PNG to be saved where the person says. */
  | { readonly kind: 'save'; readonly name: string; readonly content: string }
