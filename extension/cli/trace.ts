/** `underlay trace`: one packet there and its answer back, hop by hop. */
import { traceBetween } from '../../core/ask.ts'
import { shownTrace, shownWhyNot } from '../../core/shown.ts'
import { whyNot } from '../../core/why-not.ts'
import type { PacketQuestion } from '../../core/protocol.ts'
import type { Arguments, Flags } from './arguments.ts'
import { drive, printJson, required, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { Misuse, paletteOf, table } from './streams.ts'

const protocols = ['icmp', 'tcp', 'udp'] as const

/** Down to the innermost IP header, as the page of the command line has it; what that carries stands beside. */
function parted<T extends { readonly headers: readonly string[] }>(hop: T): T & { readonly payload: string | null } {
  const end = hop.headers.findLastIndex((header) => /^ipv[46] /.test(header)) + 1
  return { ...hop, headers: hop.headers.slice(0, end), payload: hop.headers.slice(end).join(' | ') || null }
}

export const packetFlags: Flags = { from: 'value', to: 'value', proto: 'value', port: 'value', size: 'value', df: 'switch' }

export function packetOf(args: Arguments): PacketQuestion {
  const port = args.number('port', 1)
  if (port !== undefined && port > 65535) throw new Misuse(`--port is 65535 at most, not ${port}`)
  const size = args.number('size', 20) ?? 84
  // The total length of IPv4 has 16 bits.
  if (size > 65535) throw new Misuse(`--size is 65535 at most, not ${size}`)
  return {
    from: required(args, 'from'), to: required(args, 'to'),
    // A port alone means what it means everywhere else in the language: tcp.
    proto: args.oneOf('proto', protocols) ?? (port === undefined ? 'icmp' : 'tcp'),
    size, df: args.has('df'), ...(port !== undefined && { port }),
  }
}

export const trace: Command = {
  name: 'trace',
  usage: 'FILE --from NODE --to NODE|ADDRESS [--proto icmp|tcp|udp] [--port N] [--size BYTES] [--df] [--why]',
  does: 'one packet there and its answer back, hop by hop',
  flags: { ...packetFlags, why: 'switch' },
  run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const packet = packetOf(args)
    const { from, to, proto } = packet
    const { analysis } = openFile(path, args, streams)
    const found = traceBetween(analysis, packet)
    if ('refused' in found) throw new Misuse(found.refused)
    const shown = shownTrace(analysis, found)
    const why = args.has('why') && found.verdict === 'dropped' ? shownWhyNot(analysis, drive(whyNot(analysis, found.flow), streams)) : undefined
    if (args.has('json')) {
      const way = <T extends { readonly hops: typeof shown.hops }>(one: T) => ({ ...one, hops: one.hops.map(parted) })
      const { error } = shown
      printJson(streams, { version: 1, from, to, proto, ...way(shown), reply: shown.reply && way(shown.reply), ...(error && { error: way(error) }), ...(why && { whyNot: why }) })
      return 0
    }
    const { bold, dim, green, red, yellow } = paletteOf(streams.colours)
    const rows = (hops: typeof shown.hops): string =>
      table(hops.map((hop) => [`  ${hop.interface === null ? hop.node : `${hop.node}:${hop.interface}`}`, hop.step, `${hop.size}`, hop.headers.join(' | '), hop.detail, hop.table === null ? '' : dim(hop.table)]))
    const verdict = (one: { verdict: string; reason: string | null }): string =>
      `${(one.verdict === 'delivered' ? green : one.verdict === 'dropped' ? red : yellow)(one.verdict)}${one.reason === null ? '' : ` (${one.reason})`}`
    streams.out(`${bold(`${from} → ${to}`)} ${verdict(shown)}${shown.because === null ? '' : ` ${shown.because}`}${shown.pathMtu === null ? '' : `, path MTU ${shown.pathMtu}`}\n${rows(shown.hops)}`)
    if (shown.reply) streams.out(`${bold(`${to} → ${from}`)} ${verdict(shown.reply)}\n${rows(shown.reply.hops)}`)
    if (why) {
      streams.out(`${bold('why not')} ${why.steps ? `${why.steps.length === 1 ? 'one setting' : `${why.steps.length} settings`} would let it arrive` : `no few settings that are known here would let it arrive: ${why.lacks ?? ''}`}\n`)
      streams.out(table((why.steps ?? []).map(({ title, uri, range }) => [`  ${title}`, dim(`${uri.split('/').at(-1) ?? uri}:${range.start.line + 1}`)])))
    }
    return 0
  },
}
