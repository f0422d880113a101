/** What `underlay migrate` may be told beside the file: flags as options of a move. */
import { migrationModes, migrationProfiles, parseByteRate, parseSize, parseTime, type MoveOptions } from '../../core/ask.ts'
import type { Arguments, Flags } from './arguments.ts'
import { Misuse } from './streams.ts'

export const moveFlags: Flags = {
  'mode': 'value', 'profile': 'value', 'auto-converge': 'switch', 'downtime-limit': 'value', 'max-bandwidth': 'value', 'adaptive-rate': 'switch',
  'flows': 'value', 'also': 'value', 'writes': 'value', 'hot': 'value', 'disk-writes': 'value', 'peers': 'value', 'headroom': 'value',
}

export const moveUsage = '[--mode pre-copy|post-copy|hybrid|cold] [--profile qemu|xen|opennebula|nova|proxmox|kubevirt|vsphere] [--auto-converge] [--downtime-limit 300ms] '
  + '[--max-bandwidth 100MiB/s] [--adaptive-rate] [--flows A>B:1Gbps,C>D] [--also VM>HOST,...] [--writes circle|random] [--hot 64MiB:200MiB/s] [--disk-writes 5MiB/s] [--headroom N] [--peers N]'

function quantity(args: Arguments, flag: string, parse: (text: string) => number | undefined, like: string): number | undefined {
  const text = args.value(flag)
  if (text === undefined) return undefined
  const value = parse(text)
  if (value === undefined || value < 0) throw new Misuse(`--${flag} is ${like}, not ${text}`)
  return value
}

/** `a>b:rate` or `a>b`, comma-separated. */
function arrows(args: Arguments, flag: string, like: string): readonly { readonly from: string; readonly to: string; readonly rest: string | undefined }[] | undefined {
  const text = args.value(flag)
  return text?.split(',').map((part) => {
    const [, from, to, rest] = /^([^>:]+)>([^>:]+)(?::(.+))?$/.exec(part.trim()) ?? []
    if (from === undefined || to === undefined) throw new Misuse(`--${flag} is ${like}, not ${text}`)
    return { from: from.trim(), to: to.trim(), rest }
  })
}

/** Refused with a sentence where a value is none of its kind, or a name nobody's. */
export function moveOptions(args: Arguments, known: (name: string) => boolean): MoveOptions {
  const mode = args.oneOf('mode', migrationModes)
  const profile = args.oneOf('profile', migrationProfiles)
  const writes = args.oneOf('writes', ['circle', 'random'] as const)
  const downtimeLimit = quantity(args, 'downtime-limit', parseTime, 'a time like 300ms')
  const maxBandwidth = quantity(args, 'max-bandwidth', parseByteRate, 'a rate like 100MiB/s or 1Gbps')
  const diskWrites = quantity(args, 'disk-writes', parseByteRate, 'a rate like 5MiB/s')
  const peersWalked = args.number('peers')
  const headroom = args.number('headroom', 1)
  const flows = arrows(args, 'flows', 'a list like web>db:1Gbps,backup>nas')?.map(({ from, to, rest }) => {
    const rate = rest === undefined ? undefined : parseByteRate(rest)
    if (rest !== undefined && rate === undefined) throw new Misuse(`--flows wants rates like 1Gbps, not ${rest}`)
    for (const name of [from, to]) if (!known(name)) throw new Misuse(`${name} of --flows is nobody in this file`)
    return { from, to, ...(rate !== undefined && { rate }) }
  })
  const also = arrows(args, 'also', 'a list like vm2>s3')?.map(({ from, to }) => {
    for (const name of [from, to]) if (!known(name)) throw new Misuse(`${name} of --also is nobody in this file`)
    return { vm: from, to }
  })
  const hot = args.value('hot')
  const [set, rate] = hot?.split(':') ?? []
  const [hotSet, hotRate] = [parseSize(set ?? ''), parseByteRate(rate ?? '')]
  if (hot !== undefined && (hotSet === undefined || hotRate === undefined)) throw new Misuse(`--hot is a size and a rate like 64MiB:200MiB/s, not ${hot}`)
  return {
    ...(mode && { mode }), ...(profile && { profile }), ...(writes && { writes }), ...(args.has('auto-converge') && { autoConverge: true }), ...(args.has('adaptive-rate') && { adaptiveRate: true }),
    ...(downtimeLimit !== undefined && { downtimeLimit }), ...(maxBandwidth !== undefined && { maxBandwidth }), ...(diskWrites !== undefined && { diskWrites }),
    ...(peersWalked !== undefined && { peersWalked }), ...(headroom !== undefined && { headroom }), ...(flows && { flows }), ...(also && { also }),
    ...(hotSet !== undefined && hotRate !== undefined && { hot: { set: hotSet, rate: hotRate } }),
  }
}
