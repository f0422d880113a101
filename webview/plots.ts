/** The plotting library, loaded when the first plot is shown: its script stands beside this one, under the page's nonce. */
import * as React from 'react'
import { useEffect, useState } from 'react'
import * as ReactDom from 'react-dom'
import * as Runtime from 'react/jsx-runtime'
import type * as Charts from './recharts.ts'

export type { Charts }

declare global {
  /** The one React of the page, for the script that comes later (build.mjs). */
  var underlayShared: Readonly<Record<string, unknown>> | undefined
  var underlayCharts: typeof Charts | undefined
}

// Known only while this script runs for the first time.
const own = typeof document === 'undefined' ? null : document.currentScript
let loading: Promise<typeof Charts | undefined> | undefined

function load(): Promise<typeof Charts | undefined> {
  if (!(own instanceof HTMLScriptElement) || own.src === '') return Promise.resolve(undefined)
  globalThis.underlayShared = { react: React, 'react-dom': ReactDom, 'react/jsx-runtime': Runtime }
  return new Promise((resolve) => {
    const script = document.createElement('script')
    script.nonce = own.nonce
    script.src = own.src.replace(/webview\.js(?=$|\?)/, 'webview-charts.js')
    script.addEventListener('load', () => resolve(globalThis.underlayCharts))
    script.addEventListener('error', () => resolve(undefined))
    document.head.append(script)
  })
}

/** Undefined until it is there; plots' words and tables need none of it. */
export function useCharts(): typeof Charts | undefined {
  const [charts, setCharts] = useState(() => globalThis.underlayCharts)
  useEffect(() => {
    if (charts) return
    let gone = false
    void (loading ??= load()).then((found) => { if (!gone && found) setCharts(found) })
    return () => { gone = true }
  }, [charts])
  return charts
}
