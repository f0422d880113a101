/** What a person does with the picture, and what would come of it: a Change, in words, with what can still be chosen. */
import type { Change, Says } from '../infra/change.ts'
import type { Infra } from '../infra/infra.ts'
import { nodeKinds } from '../infra/node.ts'

export const addKinds = [...nodeKinds, 'bridge', 'network', 'storage', 'tenant'] as const
export type AddKind = (typeof addKinds)[number]

/** Ids are the diagram's. `answers` are what a person chose in the plan's fields, by key; without one the plan's own choice stands. */
export type Gesture = { readonly answers?: Readonly<Record<string, string>> } & (
  /** `on` is the box under the pointer, or the chosen one. */
  | { readonly kind: 'add'; readonly what: AddKind; readonly on?: string }
  | { readonly kind: 'connect'; readonly from: string; readonly to: string }
  | { readonly kind: 'tunnel'; readonly from: string; readonly to: string }
  | { readonly kind: 'move'; readonly guest: string; readonly host: string }
  /** Several guests at once, as one change. */
  | { readonly kind: 'move-all'; readonly moves: readonly { readonly guest: string; readonly host: string }[] }
  /** Written down as expectations: what was planned is checked from then on. */
  | { readonly kind: 'expect-moves'; readonly moves: readonly { readonly guest: string; readonly host: string }[] }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'rename'; readonly id: string }
  | { readonly kind: 'duplicate'; readonly id: string }
  /** All of these at once, in one step. */
  | { readonly kind: 'delete-all'; readonly ids: readonly string[] }
  | { readonly kind: 'copy'; readonly ids: readonly string[] }
  /** What was copied last, in whichever picture; `ids` of this one where nobody knows of another. */
  | { readonly kind: 'paste'; readonly ids: readonly string[] }
  /** Many links at once, between what two patterns fit (pattern.ts); the chosen ones are offered as patterns. */
  | { readonly kind: 'link-many'; readonly ids: readonly string[] }
  /** One setting of a box; an empty value takes the key away. */
  | {
      readonly kind: 'edit'; readonly id: string; readonly key: readonly string[]; readonly value: string
      /** How the value is taken (settings say which); `name` makes an entry of that name, `item` one more of a list. */
      readonly as?: 'word' | 'words' | 'list' | 'flow' | 'name' | 'item'
    }
)

/** What can still be chosen before a plan is carried out. */
export interface Field {
  readonly key: string
  readonly label: string
  readonly value: string
  /** One of these, where it is a choice. */
  readonly options?: readonly string[]
}

export interface Plan {
  /** "Connect s1 to tor1": also the name of the step in the undo list. */
  readonly title: string
  readonly fields: readonly Field[]
  /** What else comes of it. */
  readonly notes: readonly string[]
  readonly change: Change
  /** The diagram's id of what should be chosen afterwards. */
  readonly selects?: string
  /** New lines, to be seen before they are made: ids of boxes, and what each will be. */
  readonly preview?: readonly { readonly from: string; readonly to: string; readonly label: string }[]
}

/** Why there is no plan, in a sentence. */
export interface NoPlan {
  readonly refused: string
}
export const refuse = (refused: string): NoPlan => ({ refused })

/** What a plan is made from. */
export interface Scene {
  readonly written: Infra
  /** With what networks and fabrics stand for. */
  readonly infra: Infra
  /** The file that new parts go into. */
  readonly home: string
  /** What that file's language can say. */
  readonly says: Says
}
