/** The committed schema is the one the tables give, and a peer that validates with it finds nothing wrong with the examples. */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { describe, expect, it } from 'vitest'
import { getLanguageService } from 'yaml-language-server/out/server/src/languageservice/yamlLanguageService.js'
import { schemaText } from '../../../core/formats/infra/schema.ts'

const file = 'schemas/infra.schema.json'

describe('the JSON schema', () => {
  it('is up to date (UPDATE=1 writes it)', () => {
    if (process.env['UPDATE'] || !existsSync(file)) {
      mkdirSync('schemas', { recursive: true })
      writeFileSync(file, schemaText())
    }
    expect(readFileSync(file, 'utf8')).toBe(schemaText())
  })

  const service = getLanguageService({ schemaRequestService: () => Promise.reject(new Error('offline')), workspaceContext: { resolveRelativePath: (path) => path } } as Parameters<typeof getLanguageService>[0])
  service.configure({ validate: true, schemas: [{ uri: 'underlay:schema', fileMatch: ['*.yaml'], schema: JSON.parse(schemaText()) as object }] } as Parameters<typeof service.configure>[0])
  let version = 0
  const validate = async (text: string): Promise<string[]> => {
    version++
    const found = await service.doValidation(TextDocument.create(`file:///a${version}.yaml`, 'yaml', version, text), false)
    return found.map((diagnostic) => `${diagnostic.range.start.line + 1}: ${diagnostic.message}`)
  }

  it('accepts the examples and refuses the broken one', async () => {
    for (const name of readdirSync('examples').filter((name) => name.endsWith('.infra.yaml'))) {
      const found = await validate(readFileSync(`examples/${name}`, 'utf8'))
      if (name === 'broken.infra.yaml') expect(found.join()).toContain('mtuu')
      else expect([name, ...found]).toEqual([name])
    }
  })

  it('accepts a key without a value anywhere', async () => {
    expect(await validate('infra: 1\nservers:\n  s1:\n  s2:\n    interfaces:\n      eth0:\n    routes:\nlinks:\nexpect:\n')).toEqual([])
  })
})
