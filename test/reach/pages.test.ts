/**
 * What the pages of the language promise, one small file a promise: `### name`, lines `=from to [address] verdict reason [path MTU]`,
 * then the file. `*` stands for any reason.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { compile } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { finished, realisedOf } from '../traces/plane.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), 'pages')

for (const file of readdirSync(folder)) {
  describe(`reach, as promised of ${file.replace('.txt', '')}`, () => {
    for (const block of readFileSync(join(folder, file), 'utf8').split(/^### /m).slice(1)) {
      const [name = '', ...lines] = block.split('\n')
      const promises = lines.filter((line) => line.startsWith('=')).map((line) => line.slice(1).split(' '))
      it(name, () => {
        const plane = compile(realisedOf(lines.filter((line) => !line.startsWith('=')).join('\n')))
        const pairs = finished(reach(plane))
        expect(promises.length).toBeGreaterThan(0)
        for (const words of promises) {
          const [from = '', to = '', third = ''] = words
          const address = /^[\da-f]*[.:]/.test(third) ? third : undefined
          const [verdict, reason, mtu] = words.slice(address === undefined ? 2 : 3)
          const pair = pairs.find((one) => one.from === from && one.to === to && (address === undefined || printIp(one.address) === address))
          const said = pair && [pair.verdict, reason === '*' ? '*' : pair.reason ?? '-', ...(mtu === undefined ? [] : [String(pair.pathMtu)])]
          expect([words.join(' '), said]).toEqual([words.join(' '), [verdict, reason, ...(mtu === undefined ? [] : [mtu])]])
        }
      })
    }
  })
}
