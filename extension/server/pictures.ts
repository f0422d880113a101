/** The last diagrams that were sent, so that the next one is told as a step from what its listener has. */
import { randomUUID } from 'node:crypto'
import type { Diagram } from '../../core/diagram/diagram.ts'
import { shareDiagram } from '../../core/diagram/share.ts'
import { stepBetween, type DiagramStep } from '../../core/diagram/step.ts'

/** Diagrams that are kept: of as many designers as one has open, and one or two before. They share what is equal. */
const most = 12

export class Pictures {
  /** No picture of an earlier process has the name of one of this. */
  private readonly mine = randomUUID()
  private count = 0
  private readonly kept = new Map<string, Diagram>()

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
