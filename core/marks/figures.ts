/** Numbers as a person reads them. */
import type { ShownHostLoad } from '../viewed.ts'
import { t } from '../words.ts'

/** Three digits are what a person keeps in mind; whole numbers stay whole. */
const trimmed = (value: number): string => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3))).toString()

export const seconds = (value: number | null): string =>
  value === null ? t('unknown') : value === 0 ? '0 s' : value < 1e-3 ? `${trimmed(value * 1e6)} µs` : value < 1 ? `${trimmed(value * 1e3)} ms` : value < 120 ? `${trimmed(value)} s` : `${trimmed(value / 60)} min`

export function bytes(value: number | null): string {
  if (value === null) return t('unknown')
  for (const [unit, size] of [['TiB', 2 ** 40], ['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]] as const) if (value >= size) return `${trimmed(value / size)} ${unit}`
  return `${trimmed(value)} B`
}

export const flowsOf = (count: number): string => (count === 1 ? t('1 flow') : t('{0} flows', count))

/** A share of 1. */
export const percent = (share: number): string => (share > 0 && share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`)

/** Bytes per second, in bits as links are sold. */
export function rateOf(bytesPerSecond: number): string {
  const bits = bytesPerSecond * 8
  for (const [unit, size] of [['Tbps', 1e12], ['Gbps', 1e9], ['Mbps', 1e6], ['kbps', 1e3]] as const) if (bits >= size) return `${trimmed(bits / size)} ${unit}`
  return `${trimmed(bits)} bps`
}

interface Room {
  readonly name: string
  readonly word: string
  readonly said: string
  /** "4 of 16, up to 64" */
  readonly figures: string
  /** Of what may be promised; null where nobody knows. */
  readonly share: { readonly of: number } | null
}

/** Processors and memory of a server, as far as anybody asks for them or has them: asked of had, and of what may be promised. */
export function roomsOf({ cpus, memory, guests }: ShownHostLoad): readonly Room[] {
  return ([[t('CPU'), cpus, String], [t('mem'), memory, bytes]] as const).flatMap(([name, { asked, has, ratio, unsaid }, print]): Room[] => {
    if (has === null && (guests === 0 || asked === 0) && unsaid === 0) return []
    const silent = unsaid > 0 ? t`, ${unsaid} do not say` : ''
    if (has === null || has === 0) return [{ name, word: `${name} ?`, figures: t('{0} of {1}{2}', print(asked), '?', silent), said: t('{0}: {1} asked for, of what is unknown{2}', name, print(asked), silent), share: null }]
    const share = asked / has
    const [most, promised] = ratio === 1 ? ['', ''] : [t`, up to ${print(has * ratio)}`, t`, ${ratio * 100} % may be promised`]
    return [{ name, word: `${name} ${unsaid > 0 ? '≥ ' : ''}${percent(share)}`, figures: t('{0} of {1}{2}', print(asked), print(has), most + silent), said: t('{0}: {1} of {2}, {3}{4}', name, print(asked), print(has), percent(share), promised + silent), share: { of: share / ratio } }]
  })
}
