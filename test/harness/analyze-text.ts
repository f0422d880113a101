/** A text, analysed to the end. */
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'

export function analyzeText(text: string, uri = 'fixture.infra.yaml'): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error(`no format reads ${uri}`)
  return finish(analyze([reading]))
}
