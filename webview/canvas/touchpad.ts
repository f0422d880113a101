/** Two fingers on a touchpad move the picture, a pinch and a mouse's wheel zoom: told apart by how their steps look. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'

interface Step {
  readonly deltaX: number
  readonly deltaY: number
  readonly deltaMode: number
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

/** A wheel turns in steps of at least so many pixels; fingers begin slowly. */
const notch = 40

/**
 * Browsers do not tell the device. Fingers also go sideways, in fractions and in small steps; a wheel goes one way in whole
 * notches (or in lines). A pinch comes as a wheel with Ctrl held.
 */
export const isTwoFingers = ({ deltaX, deltaY, deltaMode, ctrlKey, metaKey, shiftKey }: Step): boolean =>
  deltaMode === 0 && !ctrlKey && !metaKey && !shiftKey && (deltaX !== 0 || !Number.isInteger(deltaY) || Math.abs(deltaY) < notch)

/** What follows so soon is the same movement, however large its steps have become. */
const pause = 220

export function useTouchpad(area: RefObject<HTMLDivElement | null>, moved: () => void): void {
  const flow = useReactFlow()
  useEffect(() => {
    const ground = area.current
    if (!ground) return
    let last = -Infinity
    const turned = (event: WheelEvent): void => {
      if (!(event.target as HTMLElement).closest('.react-flow') || event.ctrlKey || event.metaKey) return
      const fingers = isTwoFingers(event) || (event.deltaMode === 0 && event.timeStamp - last < pause)
      if (!fingers) return
      last = event.timeStamp
      event.preventDefault()
      event.stopPropagation()
      moved()
      const { x, y, zoom } = flow.getViewport()
      void flow.setViewport({ x: x - event.deltaX, y: y - event.deltaY, zoom })
    }
    ground.addEventListener('wheel', turned, { capture: true, passive: false })
    return () => ground.removeEventListener('wheel', turned, { capture: true })
  }, [area, flow, moved])
}
