/** What a layout depends on: boxes with sizes, nesting, and the lines that take part. Equal structures are laid out equally. */
import type { Diagram } from '../diagram/diagram.ts'

export interface Structure {
  readonly boxes: readonly { readonly id: string; readonly parent: string | undefined; readonly width: number; readonly height: number }[]
  readonly lines: readonly { readonly from: string; readonly to: string }[]
  readonly direction: 'DOWN' | 'RIGHT'
}

export function structureOf(diagram: Diagram, direction: 'DOWN' | 'RIGHT'): Structure {
  return {
    direction,
    boxes: diagram.boxes.map(({ id, parent, width, height }) => ({ id, parent, width: Math.round(width), height: Math.round(height) })),
    lines: diagram.lines.filter((line) => !line.overlay).map(({ from, to }) => ({ from, to })),
  }
}

/** A key that equal structures share: as long as it stays, so do the positions. */
export const keyOf = (structure: Structure): string => JSON.stringify(structure)
