/** One answer for many pairs: a sentence about two endpoints, said of two others like them. */
import { printIp } from '../address/ip.ts'
import { printMac } from '../address/mac.ts'
import type { StackNode } from '../infra/node.ts'

/** An endpoint, and the server it is on where that one is interchangeable too. */
export interface Placed {
  readonly node: StackNode
  readonly host: StackNode | undefined
}

const known = new WeakMap<StackNode, readonly string[]>()

/** The words that a sentence may name an endpoint by: itself, its addresses, its Ethernet address, its device on the host. */
function wordsOf(node: StackNode): readonly string[] {
  let words = known.get(node)
  if (words) return words
  const found = [node.name]
  for (const one of node.interfaces.values()) {
    if (one.type.value === 'loopback') continue
    if (one.mac) found.push(printMac(one.mac.value))
    if (one.hostSide) found.push(one.hostSide.interface)
    for (const { value } of one.addresses) found.push(printIp(value.ip))
  }
  known.set(node, (words = found))
  return words
}

// A full stop or colon at a word's end is the sentence's; `node:interface` are two words.
const around = new WeakMap<Placed, readonly string[]>()

function wordsAround(placed: Placed): readonly string[] {
  const { node, host } = placed
  if (!host) return wordsOf(node)
  let words = around.get(placed)
  if (!words) around.set(placed, (words = [...wordsOf(node), ...ownWordsOf(host)]))
  return words
}

const hosts = new WeakMap<StackNode, readonly string[]>()

/** A server's words, its guests' ports aside: of these another server may have more or less. */
function ownWordsOf(host: StackNode): readonly string[] {
  let words = hosts.get(host)
  if (words) return words
  const found = [host.name]
  for (const one of host.interfaces.values()) {
    if (one.type.value === 'loopback' || one.guestSide) continue
    if (one.mac) found.push(printMac(one.mac.value))
    for (const { value } of one.addresses) found.push(printIp(value.ip))
  }
  hosts.set(host, (words = found))
  return words
}

const splitter = /((?:[A-Za-z0-9_-]+(?:[.:]+[A-Za-z0-9_-]+)*)|::[A-Fa-f0-9:]*)/

/** What turns a sentence about two endpoints into the same about two others: pieces of text, and whose which word goes between. */
export type Template = readonly (string | readonly [who: 0 | 1, word: number])[]

export function templateOf(text: string, said: readonly [Placed, Placed]): Template {
  const places = new Map<string, readonly [0 | 1, number]>()
  said.forEach((one, who) => wordsAround(one).forEach((word, i) => {
    if (!places.has(word)) places.set(word, [who === 0 ? 0 : 1, i])
  }))
  const parts: (string | readonly [0 | 1, number])[] = []
  for (const token of text.split(splitter)) {
    const whole = places.get(token)
    const colon = token.indexOf(':')
    if (whole || colon < 1) parts.push(whole ?? token)
    else {
      const [left, right] = [token.slice(0, colon), token.slice(colon + 1)]
      parts.push(places.get(left) ?? left, ':', places.get(right) ?? right)
    }
  }
  return parts
}

export const fill = (template: Template, from: Placed, to: Placed): string => {
  const words = [wordsAround(from), wordsAround(to)]
  let text = ''
  for (const part of template) text += typeof part === 'string' ? part : words[part[0]]?.[part[1]] ?? ''
  return text
}
