/** The window, or the editor's part of it, takes another size: who saw the whole sees the whole, everybody else the same middle. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'

/**
 * `fitted`: the whole picture was brought into sight and nobody has moved it since. A panel that opens is no such change: what
 * somebody has just clicked would run away from under the pointer.
 */
export function useResizing(area: RefObject<HTMLDivElement | null>, fitted: RefObject<boolean>, showAll: (duration: number) => void): void {
  const flow = useReactFlow()
  useEffect(() => {
    const ground = area.current
    if (!ground) return
    let [width, height] = [ground.clientWidth, ground.clientHeight]
    const measured = new ResizeObserver(() => { [width, height] = [ground.clientWidth, ground.clientHeight] })
    measured.observe(ground)
    let frame = 0
    const resized = (): void => {
      const [before, now] = [{ width, height }, { width: ground.clientWidth, height: ground.clientHeight }]
      ;[width, height] = [now.width, now.height]
      // A page that is hidden has no size.
      if (now.width === 0 || now.height === 0 || before.width === 0 || before.height === 0) return
      if (fitted.current) {
        // React Flow measures first.
        cancelAnimationFrame(frame)
        frame = requestAnimationFrame(() => { frame = requestAnimationFrame(() => showAll(0)) })
        return
      }
      const { x, y, zoom } = flow.getViewport()
      void flow.setViewport({ x: x + (now.width - before.width) / 2, y: y + (now.height - before.height) / 2, zoom })
    }
    window.addEventListener('resize', resized)
    return () => {
      cancelAnimationFrame(frame)
      measured.disconnect()
      window.removeEventListener('resize', resized)
    }
  }, [area, fitted, flow, showAll])
}
