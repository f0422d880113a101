/** Every description language that Underlay reads. */
import type { Source } from '../text/source.ts'
import { compose } from './compose/index.ts'
import { containerlab } from './containerlab/index.ts'
import type { Format } from './format.ts'
import { infraFormat } from './infra/index.ts'

export const formats: readonly Format[] = [infraFormat, containerlab, compose]

/** The format a source names (`--as`), or the first that recognises it. */
export function formatOf(source: Source): Format | undefined {
  return source.format === undefined
    ? formats.find((format) => format.recognizes(source))
    : formats.find((format) => format.id === source.format)
}
