/** What an edit replaces is let go: whoever types for hours keeps one network in memory, not thousands. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { finish, readSource } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'
import { compile, type Plane } from '../../core/forwarding/index.ts'
import { reachCounted } from '../../core/reach/index.ts'
import { realize, type Realised } from '../../core/realize/index.ts'
import { crowd, generateInfra, overlayFabric, sizeFor } from '../bench/generate.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const networks: Readonly<Record<string, readonly [text: string, edit: (text: string, i: number) => string]>> = {
  'a fat tree whose ports go down': ['fabrics: { dc: { type: fat-tree, k: 4 } }\n', (text, i) => `${text}routers: { dc-p${i % 4}-a${i % 2}: { interfaces: { p${i % 4}: { up: false } } } }\n`],
  'overlays over a routed leaf-spine whose servers change their MTU': [overlayFabric(80), (text, i) => `${text}servers: { dc-leaf0-h${i % 4}: { interfaces: { p0: { mtu: ${4000 + i} } } } }\n`],
  'guests that move from server to server': [crowd('overlay', 60), (text, i) => text.replace(/host: s\d+/, `host: s${i % 3}`)],
  'servers that take up a filter': [generateInfra(sizeFor(60)), (text, i) => text.replace(/\n {4}forwarding: true/, (line) => `${line}\n    firewall: { forward: { policy: accept, rules: [{ from: 10.0.${i}.1/32, action: drop }] } }`)],
}

interface State {
  readonly reading: Reading
  readonly realised: Realised
  readonly plane: Plane
}

function stateOf(text: string, version: number, before: State | undefined): State {
  const reading = readSource({ uri: 'file:///typed.infra.yaml', text, version }, before?.reading)
  if (!reading) throw new Error('no reader')
  const realised = realize(reading.infra, before?.realised)
  const plane = compile(realised.infra, before?.plane)
  finish(reachCounted(plane, {}, () => undefined))
  return { reading, realised, plane }
}

describe('after each edit what was before is let go', () => {
  for (const [name, [text, edit]] of Object.entries(networks)) {
    it(`in ${name}`, async () => {
      let state: State | undefined
      const seen: WeakRef<object>[][] = []
      for (let i = 0; i < 12; i++) {
        state = stateOf(i % 2 === 0 ? edit(text, i / 2) : text, i + 1, state)
        const { reading, realised, plane } = state
        seen.push([reading, realised, plane, plane.infra].map((one) => new WeakRef<object>(one)))
        // Until its turn ends whatever a weak reference was made to stays.
        await turn()
      }
      const counted = (): number => seen.filter((refs) => refs.some((ref) => ref.deref())).length
      let left = Infinity
      // Functions that are compiled meanwhile on another thread hold what they were called with until that is done.
      for (let i = 0; i < 50 && left > 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, i * 4))
        collect()
        left = counted()
      }
      // The last, the one before it, and the first, on which what never changed still stands.
      expect(left, 'edits of which something is still kept').toBeLessThanOrEqual(3)
      expect(state).toBeDefined()
    }, 60_000)
  }
})
