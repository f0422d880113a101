/** Every encapsulation, by its type. */
import type { TunnelType } from '../infra/interface.ts'
import { esp } from './esp.ts'
import { geneve } from './geneve.ts'
import { gre } from './gre.ts'
import { gretap } from './gretap.ts'
import { ipip } from './ipip.ts'
import { nvgre } from './nvgre.ts'
import { sit } from './sit.ts'
import { stt } from './stt.ts'
import type { TunnelSpec } from './tunnel.ts'
import { vxlan } from './vxlan.ts'
import { wireguard } from './wireguard.ts'

export const tunnelSpecs: Readonly<Record<TunnelType, TunnelSpec>> = {
  gre, ipip, sit, wireguard, gretap, vxlan, geneve, nvgre, stt, esp,
}

export { cipherOf, type Cipher, type Encryption, type Integrity } from './cipher.ts'
export { factsOf, outerFamily } from './tunnel.ts'
export type { Creation, Family, Header, TunnelFacts, TunnelId, TunnelSpec } from './tunnel.ts'
