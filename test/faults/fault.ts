/** One way to break a network: what is changed, and what must be found where. */
import type { Here } from './modules.ts'
import type { Path } from './plain.ts'

export interface Fault {
  readonly code: string
  /** The part that it breaks. */
  readonly module: string
  /** What was done, where a code has several faults. */
  readonly name: string
  /** Changes the plan; gives the places of which one must be marked. Undefined where this network has nothing to break so. */
  readonly inject: (here: Here) => readonly Path[] | undefined
  /** Codes that follow from it by right, beside `expectation-failed`. */
  readonly also?: readonly string[]
}

export const fault = (code: string, module: string, name: string, inject: Fault['inject'], ...also: readonly string[]): Fault => ({ code, module, name, inject, also })
