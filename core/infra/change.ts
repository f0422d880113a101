/** What a person can ask for, from the text's lightbulb or from the picture. Formats turn it into TextEdits. */
import type { TextEdit } from '../text/edit.ts'
import type { Span } from '../text/span.ts'
import type { SymbolKind } from './mentions.ts'
import type { NodeKind } from './node.ts'

/** What has a name that can be changed. Sites and racks are named by who stands there, and defined nowhere. */
export type NamedKind = SymbolKind | 'site' | 'rack'

/** A value to be written, in the model's words; the format spells and quotes it. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

/** A part that has settings of its own. */
export type Part =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'interface'; readonly node: string; readonly interface: string }
  | { readonly kind: 'network'; readonly network: string }
  /** By index, in file order. */
  | { readonly kind: 'link'; readonly link: number }
  /** An entry of a named section: `security-groups`, `services`, `storage`, `fabrics`, `tenants`. */
  | { readonly kind: 'entry'; readonly section: string; readonly name: string }
  /** A section that is one map of settings: `migration`. It is made when it is missing. */
  | { readonly kind: 'section'; readonly section: string }
  /** The one that stands here; the keys are those of its kind (`mode` of `migrate`). */
  | { readonly kind: 'expectation'; readonly at: Span }

export type Change =
  /** A guest goes to another host. */
  | { readonly kind: 'move'; readonly guest: string; readonly host: string }
  /** The scalar or key written here becomes this; how it is quoted is the format's matter. */
  | { readonly kind: 'correct'; readonly at: Span; readonly value: string | number | boolean }
  /** Sets one key (format.md's word) of a part, adding it when it is missing. A path like ['firewall', 'forward'] goes deeper. */
  | { readonly kind: 'set'; readonly part: Part; readonly key: string | readonly string[]; readonly value: Value }
  /** Adds an item to the end of a part's list (`routes`, `nat`, `remote`), making the list when it is missing; `before`: in front of the item that is written there. */
  | { readonly kind: 'append'; readonly part: Part; readonly key: string | readonly string[]; readonly value: Value; readonly before?: Span }
  /** Takes one key of a part away. */
  | { readonly kind: 'unset'; readonly part: Part; readonly key: string | readonly string[] }
  /** Takes away the entry or list item written here: its whole line or lines. */
  | { readonly kind: 'remove'; readonly at: Span }
  /** Takes away what stands here as text, a comment: with its line where nothing else stands in it. */
  | { readonly kind: 'erase'; readonly at: Span }
  | { readonly kind: 'add-node'; readonly node: NodeKind; readonly name: string; readonly value: Value }
  | { readonly kind: 'add-interface'; readonly node: string; readonly name: string; readonly value: Value }
  | { readonly kind: 'add-link'; readonly ends: readonly [string, string]; readonly value?: Value }
  /** Adds an entry to a named section: `networks`, `tenants`, `storage`, `security-groups`, `services`, `fabrics`. */
  | { readonly kind: 'add-entry'; readonly section: string; readonly name: string; readonly value: Value }
  | { readonly kind: 'add-expectation'; readonly value: Value }
  /** Every place that names the node, or only the definition where nothing else does. */
  | { readonly kind: 'rename-node'; readonly from: string; readonly to: string }
  /** Every place that names the thing; an interface is meant as `node:interface`, and gets a new name on its node. */
  | { readonly kind: 'rename'; readonly what: NamedKind; readonly from: string; readonly to: string }
  /** Takes a node away with all that cannot be without it: links, expectations that name it, its places in lists. Guests on it are left. */
  | { readonly kind: 'remove-node'; readonly node: string }
  | { readonly kind: 'remove-link'; readonly ends: readonly [string, string] }
  /** Takes a part away: its entry with its lines, and its section with the last of them. What names it is left alone. */
  | { readonly kind: 'remove-part'; readonly part: Part }
  /** Takes an item out of a part's list, and the key with its last item: the scalar that is `value`, or begins with it and a colon. */
  | { readonly kind: 'remove-item'; readonly part: Part; readonly key: string | readonly string[]; readonly value: string }
  /** Another node with the text of this one below it; MACs and what is `without` stay behind, scalars of `values` become others, devices get the tunnel `ids` that are given for them, and published ports those of `ports` (a host's port, or the first of a range). */
  | { readonly kind: 'copy-node'; readonly from: string; readonly to: string; readonly values: { readonly [old: string]: string }; readonly without: readonly string[]; readonly ids?: { readonly [device: string]: number }; readonly ports?: { readonly [first: number]: number } }
  /** Exactly these replacements of the files as they are: what a proposal has shown and tried. */
  | { readonly kind: 'edits'; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'several'; readonly changes: readonly Change[] }
  /** One after the other, each on what the one before left; parts are meant by name. One edit comes of all; what is added goes into the file `home`. */
  | { readonly kind: 'in-turn'; readonly home: string; readonly changes: readonly Change[] }

/** What the language of a file can say, so that nothing is offered that it cannot. */
export interface Says {
  /** "an infra file": for sentences. */
  readonly title: string
  /** What comes new into it, in the palette's words; undefined: everything. */
  readonly adds?: readonly string[]
  /** Gestures that its text can answer; undefined: all of them. */
  readonly gestures?: readonly string[]
  /** What an interface has: addresses, a master. */
  readonly interfaces: boolean
  /** Cables between what stands on the ground; between containers themselves; none at all. */
  readonly links: 'ground' | 'guests' | 'none'
}
