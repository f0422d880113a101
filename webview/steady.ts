/** Functions that stay the same, for whoever is drawn anew whenever one that was handed down is another one. */
import { useCallback, useLayoutEffect, useRef } from 'react'

/** Always the same function; called, it does what the one of the latest drawing does. Not to be called while drawing. */
export function useSteady<A extends readonly unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const latest = useRef(act)
  useLayoutEffect(() => { latest.current = act })
  return useCallback((...args: A) => latest.current(...args), [])
}
