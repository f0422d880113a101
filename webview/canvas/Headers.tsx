/** The words of holding boxes where lines cross them: drawn once more, on a ground of their own, above the lines. */
import { ViewportPortal } from '@xyflow/react'
import type { ReactElement } from 'react'
import { Head } from '../nodes/BoxNode.tsx'
import { depths, type Flow } from './flow.ts'

export const Headers = ({ crossed }: { readonly crossed: Flow['crossed'] }): ReactElement => (
  <ViewportPortal>
    {crossed.map(({ box, at }) => (
      <div key={box.id} className={`box-words kind-${box.kind}`} aria-hidden="true" style={{ left: at.x + 1, top: at.y + (box.kind === 'server' || box.kind === 'vm' ? 2 : 1), maxWidth: at.width, zIndex: depths.header }}>
        <Head box={box} group />
        {box.details.length > 0 && <div className="details inline">{box.details.map((detail, i) => <span key={i}>{detail}</span>)}</div>}
      </div>
    ))}
  </ViewportPortal>
)
