/** What ESP seals with, read from a cipher's name as people write it: `aes-gcm-16`, `aes-cbc-sha256`, `aes256gcm128`, `3des-sha1`. */
import type { TunnelFacts } from './tunnel.ts'

export type Encryption = 'gcm' | 'ccm' | 'gmac' | 'chacha20-poly1305' | 'cbc' | '3des' | 'ctr' | 'null' | 'unknown'
export type Integrity = 'itself' | 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5' | 'xcbc' | 'cmac'

export interface Cipher {
  readonly name: string
  readonly encryption: Encryption
  readonly integrity: Integrity
  /** Bytes of the initialisation vector, of the integrity check value, and of the block that padding fills; at least four, RFC 4303 section 2.4. */
  readonly iv: number
  readonly icv: number
  readonly block: number
  /** Where the sizes of the two come from. */
  readonly sources: { readonly iv: string; readonly icv: string }
}

const encryptions: Readonly<Record<Encryption, { readonly iv: number; readonly block: number; readonly source: string }>> = {
  gcm: { iv: 8, block: 4, source: 'RFC 4106' }, ccm: { iv: 8, block: 4, source: 'RFC 4309' }, gmac: { iv: 8, block: 4, source: 'RFC 4543' },
  'chacha20-poly1305': { iv: 8, block: 4, source: 'RFC 7634' }, cbc: { iv: 16, block: 16, source: 'RFC 3602' }, '3des': { iv: 8, block: 8, source: 'RFC 2451' },
  ctr: { iv: 8, block: 4, source: 'RFC 3686' }, null: { iv: 0, block: 4, source: 'RFC 2410' },
  // Nothing is known of it: as AES-GCM, which is what most use.
  unknown: { iv: 8, block: 4, source: 'RFC 4106' },
}

// SHA-1 and MD5 are cut to 96 bits, the SHA-2 kinds to half their length.
const integrities: Readonly<Record<Exclude<Integrity, 'itself'>, { readonly icv: number; readonly source: string }>> = {
  sha1: { icv: 12, source: 'RFC 2404' }, sha256: { icv: 16, source: 'RFC 4868' }, sha384: { icv: 24, source: 'RFC 4868' }, sha512: { icv: 32, source: 'RFC 4868' },
  md5: { icv: 12, source: 'RFC 2403' }, xcbc: { icv: 12, source: 'RFC 3566' }, cmac: { icv: 12, source: 'RFC 4494' },
}

function encryptionOf(name: string): Encryption {
  if (name.includes('3des')) return '3des'
  if (name.includes('cbc')) return 'cbc'
  if (name.includes('ctr')) return 'ctr'
  if (/^null\b/.test(name)) return 'null'
  if (name.includes('chacha')) return 'chacha20-poly1305'
  if (name.includes('gmac')) return 'gmac'
  return name.includes('ccm') ? 'ccm' : name.includes('gcm') ? 'gcm' : 'unknown'
}

function integrityOf(name: string): Exclude<Integrity, 'itself'> {
  if (name.includes('xcbc')) return 'xcbc'
  if (name.includes('cmac')) return 'cmac'
  if (name.includes('md5')) return 'md5'
  if (/sha-?(?:1|96)(?!\d)/.test(name)) return 'sha1'
  return /sha-?(?:2-)?384/.test(name) ? 'sha384' : /sha-?(?:2-)?512/.test(name) ? 'sha512' : 'sha256'
}

const combined: ReadonlySet<Encryption> = new Set(['gcm', 'ccm', 'gmac', 'chacha20-poly1305', 'unknown'])

/** By what the name contains; AES-GCM with a 16-byte tag when nothing is said. */
export function cipherOf(settings: TunnelFacts): Cipher {
  const name = settings.cipher?.value.toLowerCase() ?? 'aes-gcm-16'
  const encryption = encryptionOf(name)
  const { iv, block, source } = encryptions[encryption]
  if (combined.has(encryption)) {
    // The tag of GCM and CCM can be cut: in bytes, or in bits as strongSwan spells it.
    const cut = /[gc]cm-?(?:(?:128|192|256)-)?(8|12|64|96)(?!\d)/.exec(name)?.[1]
    return { name, encryption, integrity: 'itself', iv, block, icv: cut === undefined ? 16 : cut === '8' || cut === '64' ? 8 : 12, sources: { iv: source, icv: source } }
  }
  const integrity = integrityOf(name)
  return { name, encryption, integrity, iv, block, icv: integrities[integrity].icv, sources: { iv: source, icv: integrities[integrity].source } }
}
