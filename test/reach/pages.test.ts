/**
 * What the pages of the language promise, one small file a promise: `### name`, lines `=from to [address] verdict reason [path MTU]`,
 * or `=clean` where no error and no warning is given, or `=codes` and the codes of both that are; then the file, whose own expectations
 * must all pass. `*` stands for any reason.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { judge } from '../../core/expect/index.ts'
import { infraFormat } from '../../core/formats/infra/index.ts'
import { compile, traceFlow, type Plane } from '../../core/forwarding/index.ts'
import { steps } from '../../core/forwarding/trace.ts'
import type { Infra } from '../../core/infra/infra.ts'
import { reach } from '../../core/reach/index.ts'
import { realize } from '../../core/realize/index.ts'
import { analyzeText } from '../harness/analyze-text.ts'
import { finished } from '../traces/plane.ts'

const infraText = (lines: readonly string[]): string => lines.filter((line) => !line.startsWith('=')).join('\n')

const folder = join(dirname(fileURLToPath(import.meta.url)), 'pages')

for (const file of readdirSync(folder)) {
  describe(`reach, as promised of ${file.replace('.txt', '')}`, () => {
    for (const block of readFileSync(join(folder, file), 'utf8').split(/^### /m).slice(1)) {
      const [name = '', ...lines] = block.split('\n')
      const promises = lines.filter((line) => line.startsWith('=')).map((line) => line.slice(1).split(' '))
      it(name, () => {
        const { infra: written, problems } = infraFormat.read({ uri: 'file:///page.infra.yaml', text: infraText(lines), version: 1 })
        expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
        const replan = (changed: Infra): { readonly infra: Infra; readonly plane: Plane } => {
          const realised = realize(changed).infra
          return { infra: realised, plane: compile(realised) }
        }
        const { infra, plane } = replan(written)
        const pairs = finished(reach(plane))
        expect(promises.length + infra.expectations.length).toBeGreaterThan(0)
        const kept = finished(judge({ written, infra, plane, replan })).map(({ kind, status, message }) => `${kind} ${status} ${message}`)
        expect(kept).toEqual(infra.expectations.map(({ kind }) => `${kind} pass `))
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
        const loud = promises.find(([first]) => first === 'clean' || first === 'codes')
        if (loud) {
          const said = analyzeText(infraText(lines)).problems.filter(({ severity }) => severity === 'error' || severity === 'warning')
          expect([...new Set(said.map(({ code }) => code))].sort()).toEqual(loud.slice(1))
        }
        for (const words of promises.filter((one) => one !== loud)) {
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
