/**
 * What docker does with a compose file, one small file a promise: `### name`, lines `=from to [address] verdict reason`, or
 * `=codes` and the codes of all findings, or `=at node addresses`; then the file.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { printIp } from '../../../core/address/ip.ts'
import { compose } from '../../../core/formats/compose/index.ts'
import { compile } from '../../../core/forwarding/index.ts'
import { reach } from '../../../core/reach/index.ts'
import { realize } from '../../../core/realize/index.ts'
import { finished } from '../../traces/plane.ts'

const pages = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'pages.txt'), 'utf8').split(/^### /m).slice(1)

it.each(pages.map((page) => [page.split('\n')[0] ?? '', page] as const))('%s', (_name, page) => {
  const lines = page.split('\n').slice(1)
  const { infra: written, problems } = compose.read({ uri: 'file:///compose.yaml', text: lines.filter((line) => !line.startsWith('=')).join('\n'), version: 1 })
  const { infra } = realize(written)
  const pairs = finished(reach(compile(infra)))
  const promises = lines.filter((line) => line.startsWith('='))
  expect(promises.length).toBeGreaterThan(0)
  for (const promise of promises) {
    const [first = '', to = '', ...rest] = promise.slice(1).split(' ')
    if (first === 'codes') {
      expect(problems.map(({ code }) => code).sort()).toEqual([to, ...rest].filter((code) => code !== ''))
    } else if (first === 'at') {
      const node = infra.nodes.get(to)
      expect([promise, ...[...(node?.interfaces.values() ?? [])].flatMap(({ addresses }) => addresses.map(({ value: { ip } }) => printIp(ip)))]).toEqual([promise, ...rest])
    } else {
      const address = /[.:]/.test(rest[0] ?? '') ? rest.shift() : undefined
      const pair = pairs.find((one) => one.from === first && one.to === to && (address === undefined || printIp(one.address) === address))
      expect([promise, pair && `${pair.verdict} ${pair.reason ?? '-'}`]).toEqual([promise, rest.join(' ')])
    }
  }
})
