/** Front door for whoever sends diagrams: the last ones are kept, so that the next is told as a step from what its listener has. */
import type { Diagram } from './diagram/diagram.ts'
import { shareDiagram } from './diagram/share.ts'
import { stepBetween, type DiagramStep } from './diagram/step.ts'

export { isStep } from './diagram/step.ts'

/** Diagrams that are kept: of as many designers as one has open, and one or two before. They share what is equal. */
const most = 12

export class Pictures {
  private count = 0
  private readonly kept = new Map<string, Diagram>()
  private readonly mine: string

  /** `mine`: a word that no other process has, so that none of its pictures is taken for one of these. */
  constructor(mine: string) {
    this.mine = mine
  }

  /** Whole where nobody knows what the listener has. */
  tell(now: Diagram, since: string | undefined): { readonly picture: string; readonly diagram: Diagram | DiagramStep } {
    const before = since === undefined ? undefined : this.kept.get(since)
    const diagram = shareDiagram(before, now)
    const picture = before !== undefined && diagram === before && since !== undefined ? since : `${this.mine} ${++this.count}`
    // The latest last.
    this.kept.delete(picture)
    this.kept.set(picture, diagram)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= most) break
      this.kept.delete(oldest)
    }
    return { picture, diagram: before === undefined || since === undefined ? diagram : stepBetween(since, before, diagram) }
  }
}
