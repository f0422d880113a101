/**
 * What the pages of the language promise, one small file a promise: `### name`, lines `=from to [address] verdict reason [path MTU]`,
 * then the file. `*` stands for any reason.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { compile, traceFlow } from '../../core/forwarding/index.ts'
import { steps } from '../../core/forwarding/trace.ts'
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
        // A trace says the same of every pair, and every hop of it has a step of the list and a place in the file.
        for (const { from, to, address, verdict, reason, pathMtu } of pairs) {
          const trace = traceFlow(plane, { from, to: address, toNode: to, proto: 'icmp', size: 84, df: false })
          expect([from, to, trace.verdict, trace.reason, trace.pathMtu]).toEqual([from, to, verdict, reason, pathMtu])
          for (const hop of [...trace.hops, ...(trace.reply?.hops ?? [])]) {
            expect(steps).toContain(hop.step)
            expect(hop.at).toBeDefined()
          }
          const last = (reason === 'no-return' ? trace.reply : trace)?.hops.at(-1)?.step
          // What comes to somebody else is delivered there.
          if (verdict === 'dropped' && last !== 'deliver') expect([from, to, last]).toEqual([from, to, 'drop'])
        }
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
