/** Counts, diameters, widths and paths, against the published formulas and against plain computation on the graph itself. */
import { describe, expect, it } from 'vitest'
import { expandFabric, fabricFaults, fabricFigures, figures } from '../../core/fabric/index.ts'
import { readFabric } from '../realize/build.ts'

const fabric = (words: Record<string, unknown>): ReturnType<typeof readFabric> => readFabric('dc', words)

describe('a fat tree of k', () => {
  it.each([
    // k, hosts, pod switches and cores, links, paths between pods, bisection
    [4, 16, 8 + 8 + 4, 48, 4, 8], [8, 128, 32 + 32 + 16, 384, 16, 64], [16, 1024, 128 + 128 + 64, 3072, 64, 512],
    [24, 3456, 288 + 288 + 144, 10368, 144, 1728], [32, 8192, 512 + 512 + 256, 24576, 256, 4096], [48, 27648, 1152 + 1152 + 576, 82944, 576, 13824],
  ])('%i has %i hosts, %i switches, %i links, %i paths, bisection %i', (k, terminals, switches, links, paths, bisectionWidth) => {
    const one = fabric({ type: 'fat-tree', k })
    expect(fabricFigures(one)).toMatchObject({
      terminals, switches, links, paths, bisectionWidth, diameter: 6, degree: { least: k, most: k }, oversubscription: 1, blocking: 'rearrangeable',
    })
    const { nodes, links: made } = expandFabric(one)
    expect([nodes.filter(({ kind }) => kind === 'server').length, nodes.filter(({ kind }) => kind === 'router').length, made.length]).toEqual([terminals, switches, links])
  })
})

describe('the formulas', () => {
  it.each([
    ['hypercube', { size: 8 }, { switches: 8, links: 12, diameter: 3, bisectionWidth: 4, paths: 6, degree: { least: 3, most: 3 } }],
    ['hypercube', { size: 16 }, { switches: 16, links: 32, diameter: 4, bisectionWidth: 8 }],
    ['hypercube', { dimensions: 10 }, { switches: 1024, links: 5120, diameter: 10, bisectionWidth: 512 }],
    ['mesh', { size: 16 }, { switches: 16, links: 24, diameter: 6, bisectionWidth: 4, paths: 20, degree: { least: 2, most: 4 } }],
    ['mesh', { dimensions: [3, 3] }, { links: 12, diameter: 4, bisectionWidth: 4 }],
    ['mesh', { size: 64, dimensions: 3 }, { links: 144, diameter: 9, bisectionWidth: 16 }],
    ['torus', { size: 16 }, { switches: 16, links: 32, diameter: 4, bisectionWidth: 8, degree: { least: 4, most: 4 } }],
    ['torus', { size: 8, dimensions: 1 }, { links: 8, diameter: 4, bisectionWidth: 2 }],
    ['torus', { dimensions: [6, 6, 6] }, { links: 648, diameter: 9, bisectionWidth: 72 }],
    ['leaf-spine', { leaves: 4, spines: 2, hosts: 4 }, { switches: 6, links: 24, diameter: 4, bisectionWidth: 4, oversubscription: 2, blocking: 'blocking', paths: 2 }],
    ['leaf-spine', { leaves: 4, spines: 4, hosts: 4 }, { bisectionWidth: 8, oversubscription: 1, blocking: 'rearrangeable' }],
    ['leaf-spine', { leaves: 4, spines: 7, hosts: 4 }, { bisectionWidth: 8, blocking: 'strict' }],
    ['butterfly', { size: 8 }, { switches: 12, links: 32, diameter: 3, bisectionWidth: 4, paths: 1, blocking: 'blocking' }],
    ['clos', { size: 16 }, { switches: 12, terminals: 16, blocking: 'rearrangeable', paths: 4 }],
    ['clos', { size: 16, hosts: 4, spines: 7 }, { switches: 15, blocking: 'strict', paths: 7 }],
    ['clos', { size: 16, hosts: 4, spines: 3 }, { blocking: 'blocking' }],
    ['three-tier', { access: 4, distribution: 4, core: 2, hosts: 4 }, { switches: 10, links: 16 + 8 + 8, diameter: 6, bisectionWidth: 4, paths: 8, oversubscription: 2 }],
  ])('%s %j', (type, words, expected) => expect(fabricFigures(fabric({ type, ...words }))).toMatchObject(expected))

  it.each([
    ['fat-tree', { k: 2 }], ['fat-tree', { k: 4 }], ['hypercube', { size: 4 }], ['hypercube', { size: 8 }], ['hypercube', { size: 16 }],
    ['mesh', { size: 16 }], ['mesh', { dimensions: [3, 3] }], ['mesh', { dimensions: [5, 3] }], ['mesh', { dimensions: [2, 2, 2] }], ['mesh', { dimensions: [7] }],
    ['torus', { size: 16 }], ['torus', { dimensions: [3, 3] }], ['torus', { dimensions: [5, 3] }], ['torus', { dimensions: [4, 3] }], ['torus', { dimensions: [4, 2] }], ['torus', { dimensions: [7] }],
    ['leaf-spine', { leaves: 4, spines: 2, hosts: 3 }], ['leaf-spine', { leaves: 2, spines: 4, hosts: 2 }],
    ['three-tier', { access: 4, distribution: 4, core: 2, hosts: 2 }], ['three-tier', { access: 4, distribution: 2, core: 2, hosts: 3 }],
  ])('agree with the graph: %s %j', (type, words) => {
    const one = fabric({ type, ...words })
    const { nodes, links } = expandFabric(one)
    const said = fabricFigures(one)
    const seen = figures(nodes, links)
    expect(seen).toMatchObject({ switches: said?.switches, terminals: said?.terminals, links: said?.links, diameter: said?.diameter, paths: said?.paths })
    expect(seen.bisectionWidth).not.toBeNull()
    if (said?.bisectionWidth !== null) expect(seen.bisectionWidth).toBe(said?.bisectionWidth)
    if (said?.degree) expect(seen.degree).toEqual(said.degree)
  })

  it.each([['clos', { size: 16 }], ['clos', { size: 12, hosts: 3, spines: 5 }], ['butterfly', { size: 2 }], ['butterfly', { size: 16 }]])('count what is made: %s %j', (type, words) => {
    const one = fabric({ type, ...words })
    const { nodes, links } = expandFabric(one)
    expect(figures(nodes, links)).toMatchObject({ switches: fabricFigures(one)?.switches, terminals: fabricFigures(one)?.terminals, links: fabricFigures(one)?.links })
  })
})

describe('what no fabric can be', () => {
  it.each([
    [{ type: 'fat-tree', k: 5 }, ['fabric-k-odd']], [{ type: 'fat-tree' }, ['missing-key']], [{ type: 'fat-tree', k: -2 }, ['wrong-type']],
    [{ type: 'fat-tree', k: 1000 }, ['wrong-type']], [{ type: 'fat-tree', k: 1e12 }, ['wrong-type']], [{ type: 'fat-tree', k: 2.5 }, ['wrong-type']],
    [{ type: 'fat-tree', k: 4, base: '10.0.0.0/16' }, ['fabric-address-scheme']], [{ type: 'fat-tree', k: 4, base: '87.0.0.0/8' }, []],
    [{ type: 'leaf-spine', leaves: 2 }, ['missing-key']], [{ type: 'leaf-spine', leaves: 2, spines: 2, hosts: 300 }, ['wrong-type']],
    [{ type: 'hypercube', size: 12 }, ['wrong-type']], [{ type: 'hypercube' }, ['missing-key']], [{ type: 'torus', size: 9, dimensions: [4, 4] }, ['wrong-type']],
    [{ type: 'mesh', dimensions: [] }, ['wrong-type']], [{ type: 'mesh', dimensions: [1000, 1000] }, ['wrong-type']], [{ type: 'butterfly', size: 6 }, ['wrong-type']],
    [{ type: 'clos', size: 10, hosts: 3 }, ['wrong-type']], [{ type: 'leaf-spine', leaves: 9, spines: 9, base: '255.255.255.0/24' }, ['fabric-address-scheme']],
  ])('%j: %j', (words, codes) => {
    const one = fabric(words)
    expect(fabricFaults(one).map(({ code }) => code)).toEqual(codes)
    if (fabricFaults(one).some(({ fatal }) => fatal)) expect(expandFabric(one).nodes).toEqual([])
  })
})
