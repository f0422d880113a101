/** `underlay reach`: every pair of endpoints, whether an echo goes there and back, and how large a packet fits. */
import { reach as reachOf, reachCounted, type Analysis } from '../../core/analysis.ts'
import { addressesMeant, stacksOf, type ReachPair } from '../../core/ask.ts'
import { endpointsOf, pairJson } from '../../core/shown.ts'
import { drive, words, type Command } from './command.ts'
import { openFile } from './files.ts'
import { Misuse, paletteOf, table, type Streams } from './streams.ts'
import { summaryOf } from './reach-summary.ts'

/** Beyond so many endpoints all pairs are too many to print. */
const manyEndpoints = 2000

export const reach: Command = {
  name: 'reach',
  usage: 'FILE [--from SEL] [--to SEL] [--summary]',
  does: 'every pair of endpoints: does an echo go there and back, and how large a packet fits',
  flags: { from: 'value', to: 'value', summary: 'switch' },
  run(args, streams) {
    const [path = ''] = words(args, 'FILE')
    const { analysis } = openFile(path, args, streams)
    const chosen = (flag: string): readonly string[] | undefined => {
      const list = args.value(flag)
      if (list === undefined) return undefined
      const names = stacksOf(analysis, list)
      if ('refused' in names) throw new Misuse(`--${flag}: ${names.refused}`)
      return names
    }
    const from = chosen('from')
    const to = chosen('to')
    const towards = args.value('to')
    const meant = towards === undefined ? () => true : addressesMeant(analysis, towards)
    const all = endpointsOf(analysis)
    if (all.length > manyEndpoints && !from && !to && !args.has('summary')) {
      throw new Misuse(`${all.length} endpoints make too many pairs: choose with --from or --to, or take --summary`)
    }
    const wanted = new Set([...(from ?? []), ...(to ?? [])])
    const endpoints = from && to ? all.filter(({ node }) => wanted.has(node)) : all
    const senders = from ?? all.map(({ node }) => node)
    if (args.has('summary')) {
      const summary = summaryOf(analysis)
      drive(reachCounted(analysis, { ...(from && { from }), ...(to && { to }) }, summary.count), streams)
      streams.out(summary.print(args.has('json')))
      return 0
    }
    if (args.has('json')) {
      streams.out(`{ "version": 1,\n  "endpoints": [${endpoints.map((one) => `\n    ${JSON.stringify(one)}`).join(',')}\n  ],\n  "pairs": [`)
      let first = true
      for (const pairs of pairsBySender(analysis, senders, to, streams)) {
        let text = ''
        for (const pair of pairs) {
          if (!meant(pair.to, pair.address)) continue
          text += `${first ? '' : ','}\n    ${JSON.stringify(pairJson(pair))}`
          first = false
        }
        streams.out(text)
      }
      streams.out('\n  ] }\n')
      return 0
    }
    const { green, red, yellow, dim } = paletteOf(streams.colours)
    for (const pairs of pairsBySender(analysis, senders, to, streams)) {
      streams.out(table(pairs.filter((pair) => meant(pair.to, pair.address)).map((pair) => {
        const { from: a, to: b, address, verdict, reason, pathMtu, because } = pairJson(pair)
        const told = verdict === 'delivered' ? green(`delivered, path MTU ${pathMtu}`) : verdict === 'dropped' ? red(`dropped: ${reason}`) : yellow('unknown')
        return [a, b, address, because === undefined ? told : `${told} ${dim(because)}`]
      })))
    }
    return 0
  },
}

/** Few endpoints at once; many sender by sender, so that memory holds one row of the matrix and the output streams. */
function* pairsBySender(analysis: Analysis, senders: readonly string[], to: readonly string[] | undefined, streams: Streams): Generator<readonly ReachPair[]> {
  const batch = senders.length * (to?.length ?? endpointsOf(analysis).length) <= 250_000 ? senders.length : 64
  for (let i = 0; i < senders.length; i += Math.max(1, batch)) {
    yield drive(reachOf(analysis, { from: senders.slice(i, i + batch), ...(to && { to }) }), streams)
  }
}
