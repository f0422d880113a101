/** What a layout depends on: boxes with sizes, nesting, and the lines that take part. Equal structures are laid out equally. */
import type { BoxKind, Diagram } from '../diagram/diagram.ts'
import type { Seat } from '../diagram/seats.ts'

export interface StructureBox {
  readonly id: string
  readonly kind: BoxKind
  readonly parent: string | undefined
  readonly width: number
  readonly height: number
  /** Higher stands nearer to the top; what has none stands as high as what it holds. */
  readonly tier?: number
  readonly seat?: Seat
  readonly inOrder?: boolean
}

export interface Structure {
  readonly boxes: readonly StructureBox[]
  readonly lines: readonly { readonly from: string; readonly to: string }[]
  readonly direction: 'DOWN' | 'RIGHT'
}

export function structureOf(diagram: Diagram, direction: 'DOWN' | 'RIGHT'): Structure {
  return {
    direction,
    boxes: diagram.boxes.map(({ id, kind, parent, width, height, tier, seat, inOrder }) =>
      ({ id, kind, parent, width: Math.round(width), height: Math.round(height), ...(tier !== undefined && { tier }), ...(seat && { seat }), ...(inOrder && { inOrder }) })),
    lines: diagram.lines.filter((line) => !line.overlay).map(({ from, to }) => ({ from, to })),
  }
}

/** A key that equal structures share: as long as it stays, so do the positions. */
export const keyOf = (structure: Structure): string => JSON.stringify(structure)
