/** What a text leaves unsaid and Linux, DHCP or a fabric fills in, to be shown beside it. */
import { printIp } from '../address/ip.ts'
import { isTunnelType, type Interface } from '../infra/interface.ts'
import type { Infra } from '../infra/infra.ts'
import type { Node, Origin } from '../infra/node.ts'
import type { Places, Span } from '../text/span.ts'
import { t } from '../words.ts'

export interface Hint {
  /** It is shown behind what is written here. */
  readonly behind: Span
  /** A few characters: `MTU 1450`, `= 10.0.0.100/24`. */
  readonly text: string
  /** A sentence that says where it comes from. */
  readonly why: string
  readonly kind: 'mtu' | 'address' | 'count'
}

export interface HintContext {
  readonly written: Infra
  readonly realised: { readonly infra: Infra }
  readonly places: Places
}

/** The hints of one file, in the order of its parts. Ordinary 1500 is not worth a hint. */
export function hintsOf({ written, realised: { infra } }: HintContext, uri: string): readonly Hint[] {
  const hints: Hint[] = []
  for (const node of written.nodes.values()) {
    const real = infra.nodes.get(node.name)
    if (!real || node.at.chunk.uri !== uri || node.origin.by !== 'text') continue
    for (const one of node.interfaces.values()) {
      const made = real.interfaces.get(one.name)
      if (made && one.at.chunk.uri === uri && !one.origin) hints.push(...ofInterface(infra, one, made))
    }
    hints.push(...ofFabric(node, real))
  }
  for (const fabric of written.fabrics.values()) {
    if (fabric.at.chunk.uri !== uri) continue
    const isMade = (origin: Origin | undefined): boolean => origin?.by === 'fabric' && origin.name === fabric.name
    const made = [...infra.nodes.values()].filter(({ origin, interfaces }) => isMade(origin) || [...interfaces.values()].some((one) => isMade(one.origin)))
    const servers = made.filter(({ kind }) => kind === 'server').length
    if (made.length > 0) hints.push({ behind: fabric.type.at, kind: 'count', text: `${counted(made.length - servers, 'switch', 'switches')}, ${counted(servers, 'server', 'servers')}`, why: t`what fabric ${fabric.name} stands for` })
  }
  return hints
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

function ofInterface(infra: Infra, written: Interface, made: Interface): readonly Hint[] {
  const hints: Hint[] = []
  const network = written.network && infra.networks.get(written.network.value)
  if (written.dhcp?.value) {
    const given = made.addresses.filter(({ value }) => !written.addresses.some((own) => own.value.ip.value === value.ip.value))
    const text = given.map(({ value }) => `${printIp(value.ip)}/${value.length ?? '?'}`).join(', ')
    if (text !== '') hints.push({ behind: written.dhcp.at, kind: 'address', text: `= ${text}`, why: t`the next free address of the range of network ${network?.name ?? '?'}, in the order of the file` })
  }
  for (const [i, { value, at }] of written.addresses.entries()) {
    const length = made.addresses[i]?.value.length
    if (value.length === undefined && length !== undefined) hints.push({ behind: at, kind: 'address', text: `/${length}`, why: network ? t`the subnet of network ${network.name}` : t('no prefix length is written, so it is a host’s own') })
  }
  const mtu = made.mtu?.value
  const type = made.type.value
  if (!written.mtu && mtu !== undefined && type !== 'loopback' && (mtu !== 1500 || isTunnelType(type))) {
    // A type that nobody wrote points at the name.
    const typed = written.type.at.start !== written.at.start ? written.type.at : undefined
    hints.push({
      behind: typed ?? written.attach?.at ?? written.network?.at ?? written.at, kind: 'mtu', text: `MTU ${mtu}`,
      why: isTunnelType(type) ? t('what Linux computes when it creates the device') : t('derived: nothing is written here'),
    })
  }
  return hints
}

/** Addresses that a fabric gives a part which is also written out. */
function ofFabric(written: Node, real: Node): readonly Hint[] {
  const given = [...real.interfaces.values()].filter(({ name, origin, addresses }) => origin?.by === 'fabric' && addresses.length > 0 && !written.interfaces.get(name)?.addresses.length)
  const text = given.flatMap((one) => one.addresses.map(({ value }) => `${printIp(value.ip)}/${value.length ?? '?'}`)).join(', ')
  return text === '' ? [] : [{ behind: written.at, kind: 'address', text, why: t`given by fabric ${given[0]?.origin?.by === 'fabric' ? given[0].origin.name : ''} on ${given.map(({ name }) => name).join(', ')}` }]
}
