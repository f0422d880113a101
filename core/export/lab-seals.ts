/** ESP's algorithms as `ip xfrm state` takes them, with keys that follow from the two addresses. */
import type { Cipher, Encryption, Integrity } from '../tunnels/index.ts'

/** A number from a text, the same at both ends of a tunnel. */
export function numberOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}

function keyOf(text: string, bytes: number): string {
  const words = Array.from({ length: Math.ceil(bytes / 4) }, (_, n) => numberOf(`${text} ${n}`).toString(16).padStart(8, '0'))
  return `0x${words.join('').slice(0, bytes * 2)}`
}

// Bytes of the key, its salt included.
const aeads: Partial<Record<Encryption, readonly [string, number]>> = {
  gcm: ['rfc4106(gcm(aes))', 20], ccm: ['rfc4309(ccm(aes))', 19], gmac: ['rfc4543(gcm(aes))', 20], 'chacha20-poly1305': ['rfc7539esp(chacha20,poly1305)', 36],
}
const ciphers: Partial<Record<Encryption, readonly [string, number]>> = { cbc: ['cbc(aes)', 16], '3des': ['cbc(des3_ede)', 24], ctr: ['rfc3686(ctr(aes))', 20] }
const checks: Readonly<Record<Exclude<Integrity, 'itself'>, readonly [string, number]>> = {
  sha1: ['hmac(sha1)', 20], sha256: ['hmac(sha256)', 32], sha384: ['hmac(sha384)', 48], sha512: ['hmac(sha512)', 64], md5: ['hmac(md5)', 16], xcbc: ['xcbc(aes)', 16], cmac: ['cmac(aes)', 16],
}

/** Undefined where Linux has no name for it that we know. */
export function sealingOf({ encryption, integrity, icv }: Cipher, pair: string): string | undefined {
  if (integrity === 'itself') {
    const aead = aeads[encryption]
    return aead && `aead ${aead[0]} ${keyOf(`aead ${pair}`, aead[1])} ${icv * 8}`
  }
  const [cipher, check] = [ciphers[encryption], checks[integrity]]
  return cipher && `enc ${cipher[0]} ${keyOf(`enc ${pair}`, cipher[1])} auth-trunc ${check[0]} ${keyOf(`auth ${pair}`, check[1])} ${icv * 8}`
}
