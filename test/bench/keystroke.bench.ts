/** A keystroke in a generated 1,000-node file: Underlay reading, checking and placing its diagnostics, against yaml-language-server validating the same text with the same schema. */
import { readFileSync } from 'node:fs'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService } from 'yaml-language-server/out/server/src/languageservice/yamlLanguageService.js'
import { analyze, finish, readSource, type Analysis } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'
import { compare } from './measure.ts'
import { generateInfra, sizeFor } from './generate.ts'

const schema = JSON.parse(readFileSync('schemas/infra.schema.json', 'utf8')) as object
const uri = 'file:///bench.infra.yaml'

const peer = getLanguageService({
  schemaRequestService: () => Promise.resolve(JSON.stringify(schema)),
  workspaceContext: { resolveRelativePath: (path: string) => path },
})
peer.configure({ validate: true, completion: false, hover: false, schemas: [{ uri: 'bench:schema', fileMatch: ['*.infra.yaml'], schema }] })

for (const nodes of [100, 1000, 10_000]) {
  const text = generateInfra(sizeFor(nodes))
  // The keystroke: a digit of one address in the middle of the file, typed again and again.
  const place = text.indexOf('.3/24', Math.floor(text.length / 2)) + 1
  let stroke = 0
  const typed = (): string => {
    stroke++
    return text.slice(0, place) + String(1 + (stroke % 8)) + text.slice(place + 1)
  }
  let reading: Reading | undefined
  let analysis: Analysis | undefined
  const ours = (incremental: boolean, check: boolean) => (): void => {
    const source = { uri, text: typed(), version: stroke }
    const read = readSource(source, incremental ? reading : undefined)
    if (!read) throw new Error('no reader')
    reading = read
    if (check) {
      analysis = finish(analyze([read], incremental ? analysis : undefined))
      for (const problem of analysis.problems) analysis.locator.locate(problem.at)
    }
  }
  await compare(`${nodes} nodes, ${(text.length / 1024).toFixed(0)} KB`, [
    { name: 'a keystroke: read, realise, check, place (incremental)', run: ours(true, true) },
    { name: 'a keystroke: read only (incremental)', run: ours(true, false) },
    { name: 'the whole file from nothing: read and check', run: ours(false, true) },
    {
      name: 'yaml-language-server: validate',
      run: () => peer.doValidation(TextDocument.create(uri, 'yaml', stroke, typed()), false),
    },
  ], nodes > 5000 ? 3 : nodes > 500 ? 15 : 25)
}
