/** A gateway's address that several hosts hold: what routes say alone, and what packets remember of each other, are one answer. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { printIp } from '../../core/address/ip.ts'
import { compile, traceFlow } from '../../core/forwarding/index.ts'
import { reach } from '../../core/reach/index.ts'
import { finished, realisedOf } from '../traces/plane.ts'

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '..', 'kernel', 'fixtures')

it.each(['gateway-known-by-who-asked', 'gateway-that-every-host-holds-in-ipv6'])('%s: reach says what each trace says', (name) => {
  const infra = realisedOf(readFileSync(join(fixtures, `${name}.infra.yaml`), 'utf8'))
  const pairs = finished(reach(compile(infra)))
  const said = (verdict: string, { from, to, address }: (typeof pairs)[number]): string => `${from} ${to} ${printIp(address)} ${verdict}`
  expect(pairs.map((pair) => said(pair.verdict, pair))).toEqual(pairs.map((pair) =>
    said(traceFlow(compile(infra), { from: pair.from, to: pair.address, toNode: pair.to, proto: 'icmp', size: 84, df: false }).verdict, pair)))
  if (name === 'gateway-known-by-who-asked') expect(pairs.find(({ from, to }) => from === 'g3' && to === 'g1')?.verdict).toBe('delivered')
})
