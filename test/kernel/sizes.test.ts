/** How long the outer packets of every tunnel are that a real kernel sends, inner size by inner size, against core/tunnels. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labScript } from '../../core/export/lab.ts'
import { isStack } from '../../core/infra/node.ts'
import { factsOf, tunnelSpecs } from '../../core/tunnels/index.ts'
import { isTunnelType } from '../../core/infra/interface.ts'
import { realisedOf } from '../traces/plane.ts'
import { boot, missing, workFolder } from './user-mode-linux.ts'

const why = missing.length > 0 ? ` (skipped: ${missing.join(', ')} is missing)` : ''

/** Measurements that run at the same time in one kernel. */
const atOnce = 6

const long = Number(process.env['UNDERLAY_KERNEL_NETWORKS'] ?? 30) >= 100

const tunnels: readonly (readonly [keys: string, families?: readonly (4 | 6)[]])[] = [
  ['type: ipip'], ['type: sit', [4]], ['type: gre'], ['type: gre, key: 7'], ['type: gre, csum: true'], ['type: gre, seq: true'], ['type: gre, key: 7, csum: true, seq: true'],
  ['type: gretap'], ['type: gretap, key: 7'], ['type: gretap, key: 7, csum: true, seq: true'], ['type: nvgre, id: 5001'], ['type: vxlan, id: 5001'], ['type: geneve, id: 5001'],
  ...['aes-gcm-16', 'aes-gcm-12', 'aes-gcm-8', 'aes-gmac', 'aes-ccm-16', 'aes-ccm-8', 'chacha20-poly1305', 'aes-cbc-sha256', 'aes-cbc-sha1', 'aes-cbc-sha384', 'aes-cbc-sha512', 'aes-cbc-md5', 'aes-cbc-xcbc', 'aes-cbc-cmac',
    '3des-sha1', '3des-sha256', 'aes-ctr-sha1', 'aes-ctr-sha256'].map((cipher) => [`type: esp, cipher: ${cipher}`] as const),
]

const cases = tunnels.flatMap(([keys, families = [4, 6]]) => families.map((family) => {
  const [near, far] = family === 4 ? ['20.0.0.1', '20.0.0.2'] : ['fd20::1', 'fd20::2']
  const inside = keys.includes('sit') ? 6 : 4
  const side = (mine: string, other: string, n: number): string =>
    `{ interfaces: { eth0: { address: '${mine}/${family === 4 ? 24 : 64}' }, t: { ${keys}, local: '${mine}', remote: '${other}', address: '${inside === 4 ? `10.9.0.${n}/24` : `fd09::${n}/64`}' } } }`
  const text = `infra: 1\nservers:\n  a: ${side(near, far, 1)}\n  b: ${side(far, near, 2)}\nlinks: [[a:eth0, b:eth0]]\n`
  return { name: `${keys} over IPv${family}`, text, family, inside, target: inside === 4 ? '10.9.0.2' : 'fd09::2' } as const
}))

describe(`the length of what a tunnel sends${why}`, () => {
  it.skipIf(missing.length > 0)('is what the kernel sends, for every kind, cipher and size', async () => {
    const folder = workFolder()
    const script: string[] = []
    const input: string[] = []
    const expected = new Map<string, { readonly name: string; readonly sizes: ReadonlyMap<number, number> }>()
    cases.forEach(({ name, text, family, inside, target }, n) => {
      const infra = realisedOf(text)
      const lab = labScript(infra)
      if (lab.includes('\n# left out')) throw new Error(`${name} is left out of the lab`)
      writeFileSync(join(folder.path, `lab${n}.sh`), lab)
      script.push(`P=n${n}- bash lab${n}.sh up >> up${n}.log 2>&1`)
      const node = infra.nodes.get('a')
      const device = node && isStack(node) ? node.interfaces.get('t') : undefined
      const type = device?.type.value
      if (!device || !type || !isTunnelType(type)) throw new Error(`${name} is no tunnel`)
      const facts = factsOf(device)
      const spec = tunnelSpecs[type]
      const most = spec.innerMtu(1500, facts, family)
      const least = inside === 4 ? 28 : 48
      // Every remainder by sixteen at the upper end; in the long run twice and at both ends.
      const sizes = [...Array.from({ length: long ? 34 : 2 }, (_, i) => least + i), 333, 700, 1001, ...Array.from({ length: long ? 34 : 17 }, (_, i) => most - i)]
      expected.set(`n${n}`, { name, sizes: new Map(sizes.map((size) => [size, spec.outerLength(size, facts, family)])) })
      input.push(`measure n${n} n${n}-a n${n}-b eth0 ${inside} ${target} ${sizes.join(',')}`)
    })
    // Some at a time, as each waits for its own packets.
    const parts = Array.from({ length: atOnce }, (_, part) => input.filter((__, n) => n % atOnce === part))
    parts.forEach((part, n) => writeFileSync(join(folder.path, `input${n}`), part.join('\n') + '\n'))
    const measure = parts.map((_, n) => `perl ${join(process.cwd(), 'test', 'kernel', 'measure.pl')} < input${n} > output${n} 2> measure${n}.log &`)
    const { console: said } = await boot([...script, 'sleep 1', ...measure, 'wait'].join('\n'), folder.path, 800)
    const output = parts.map((_, n) => readFileSync(join(folder.path, `output${n}`), 'utf8').trim()).join('\n')
    const lines = new Map(output.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? ''] as const))
    const wrong = [...expected].flatMap(([id, { name, sizes }]) => {
      const measured = new Map((lines.get(id) ?? '').split(',').map((pair) => pair.split(':').map(Number) as [number, number]))
      return [...sizes].flatMap(([size, length]) => (measured.get(size) === length ? [] : [`${name}: ${size} bytes inside: we say ${length}, the kernel sends ${measured.get(size) ?? `nothing ${said.slice(0, 200)}`}`]))
    })
    expect(wrong).toEqual([])
    folder.remove()
  }, 15 * 60_000)
})
