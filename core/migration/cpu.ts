/** Processor models in the order of their generations: which can run what was started on another. */

/** QEMU's and libvirt's names, oldest first; each can run what was started on those before it in its row. */
const makes: readonly (readonly string[])[] = [
  ['core2duo', 'penryn', 'nehalem', 'westmere', 'sandybridge', 'ivybridge', 'haswell', 'broadwell', 'skylake', 'cascadelake', 'cooperlake', 'icelake', 'sapphirerapids', 'emeraldrapids', 'graniterapids'],
  ['opteron-g1', 'opteron-g2', 'opteron-g3', 'opteron-g4', 'opteron-g5', 'epyc', 'epyc-rome', 'epyc-milan', 'epyc-genoa', 'epyc-turin'],
  ['power7', 'power8', 'power9', 'power10', 'power11'],
  ['cortex-a53', 'cortex-a57', 'cortex-a72', 'neoverse-n1', 'neoverse-v1', 'neoverse-n2', 'neoverse-v2'],
]
/** Baselines that every x86 processor of the rows above can run; the levels of the x86-64 psABI. */
const baselines: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['qemu64', ['core2duo', 'opteron-g1']], ['kvm64', ['core2duo', 'opteron-g1']], ['x86-64', ['core2duo', 'opteron-g1']],
  ['x86-64-v2', ['nehalem', 'opteron-g4']], ['x86-64-v3', ['haswell', 'epyc']], ['x86-64-v4', ['skylake', 'epyc-genoa']],
])

export type CpuOrder = 'same' | 'newer' | 'older' | 'other' | 'unknown'

/** Without what does not change the generation: -Server, -Client, -noTSX, -IBRS, -v4, a maker's name before it. */
function bare(model: string): string {
  return model.trim().toLowerCase().replace(/[ _]+/g, '-').replace(/^(intel|amd|arm|ibm)-/, '')
    .replace(/-(server|client|sp|ep|ex|d|notsx|ibrs|ibpb|tsx)(?=-|$)/g, '').replace(/^(?!x86-64)(.*)-v\d+$/, '$1').replace(/^sandy-bridge/, 'sandybridge')
    .replace(/^ivy-bridge/, 'ivybridge').replace(/^cascade-lake/, 'cascadelake').replace(/^ice-lake/, 'icelake').replace(/^sapphire-rapids/, 'sapphirerapids')
    .replace(/^sky-lake/, 'skylake').replace(/^cooper-lake/, 'cooperlake').replace(/^emerald-rapids/, 'emeraldrapids')
}

function placeOf(model: string): readonly [make: number, generation: number] | undefined {
  for (const [make, row] of makes.entries()) {
    const generation = row.indexOf(model)
    if (generation >= 0) return [make, generation]
  }
  return undefined
}

/** What `has` is to one who needs `needed`: the same, a newer or older generation, another make, or unknown. */
export function compareCpus(needed: string, has: string): CpuOrder {
  const [from, to] = [bare(needed), bare(has)]
  if (from === to) return needed.trim().toLowerCase() === has.trim().toLowerCase() || placeOf(from) || baselines.has(from) ? 'same' : 'unknown'
  const there = placeOf(to)
  const baseline = baselines.get(from)
  if (baseline && there && there[0] < 2) {
    const least = placeOf(baseline[there[0]] ?? '')
    return least && there[1] >= least[1] ? 'newer' : 'older'
  }
  if (baseline && baselines.has(to)) {
    const levels = ['x86-64', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4']
    const [a, b] = [Math.max(0, levels.indexOf(from)), Math.max(0, levels.indexOf(to))]
    return a === b ? 'same' : a < b ? 'newer' : 'older'
  }
  const here = placeOf(from)
  if (!here || !there) return 'unknown'
  if (here[0] !== there[0]) return 'other'
  return there[1] > here[1] ? 'newer' : there[1] < here[1] ? 'older' : 'same'
}
