/** From a new text to the step that the canvas is sent, in milliseconds of processor time: after one edit, against the same from nothing. */
import { analyze, diagram, finish, modelOf, readSource, type Analysis, type Model } from '../../core/analysis.ts'
import type { Reading } from '../../core/formats/format.ts'
import { Pictures } from '../../core/pictures.ts'
import { generateInfra, sizeFor } from './generate.ts'

const uri = 'file:///bench.infra.yaml'
const runs = Number(process.env['EDIT_RUNS'] ?? 25)
const wanted = process.env['EDIT_NODES']?.split(',').map(Number)
const spent = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const edits = { 'memory of a guest': ['memory: 4GiB', (i: number) => `memory: ${5 + (i % 3)}GiB`], 'address of a guest': ['.3/24', (i: number) => `.${30 + (i % 50)}/24`], 'processors of a server': ['cpus: 64', (i: number) => `cpus: ${65 + (i % 3)}`] } as const

const textOf = (text: string, [what, to]: readonly [string, (i: number) => string], i: number): string => {
  const half = text.indexOf(what, Math.floor(text.length / 2))
  const place = half >= 0 ? half : text.lastIndexOf(what)
  return text.slice(0, place) + to(i) + text.slice(place + what.length)
}
const read = (text: string, version: number, before?: Reading): Reading => {
  const reading = readSource({ uri, text, version }, before)
  if (!reading) throw new Error('no reader')
  return reading
}

class Laps {
  private readonly least = new Map<string, number>()
  private from = spent()
  start(): void {
    this.from = spent()
  }
  lap(name: string): void {
    const now = spent()
    this.least.set(name, Math.min(this.least.get(name) ?? Infinity, now - this.from))
    this.from = spent()
  }
  of(name: string): number {
    return this.least.get(name) ?? NaN
  }
}

for (const [nodes, tunnels] of ([[100, 0], [1000, 0], [1000, 500], [5000, 0], [5000, 500]] as const).filter(([size]) => !wanted || wanted.includes(size))) {
  const text = generateInfra(sizeFor(nodes, tunnels))
  console.log(`  ${nodes} nodes, ${tunnels} tunnels: the least of ${runs} edits`)
  console.log(`    ${'milliseconds of processor time'.padEnd(26)} ${['read', 'model', 'picture', 'step', 'in all', 'from nothing', 'problems, later'].map((word) => word.padStart(16)).join('')}`)
  const nothing = new Laps()
  for (let i = 0; i < 4; i++) {
    nothing.start()
    const model = modelOf([read(text, i)])
    JSON.stringify(new Pictures('bench').tell(diagram({ ...model, problems: [] }, { view: 'physical' }), undefined))
    nothing.lap('all')
  }
  for (const [name, edit] of Object.entries(edits)) {
    const laps = new Laps()
    let all = Infinity
    const pictures = new Pictures('bench')
    let analysis: Analysis = finish(analyze([read(text, 0)]))
    let [model, has]: [Model, string | undefined] = [analysis, undefined]
    for (let i = 0; i < runs; i++) {
      const now = textOf(text, edit, i)
      const began = spent()
      laps.start()
      const reading = read(now, i, model.readings[0])
      laps.lap('read')
      model = modelOf([reading], model)
      laps.lap('model')
      // As the server does it: with what was found in the text before.
      const drawn = diagram({ ...model, problems: analysis.problems }, { view: 'physical' })
      laps.lap('picture')
      const told = pictures.tell(drawn, has)
      JSON.stringify(told.diagram)
      has = told.picture
      laps.lap('step')
      all = Math.min(all, spent() - began)
      laps.start()
      analysis = finish(analyze([reading], analysis, model))
      laps.lap('problems')
    }
    console.log(`    ${name.padEnd(26)} ${[laps.of('read'), laps.of('model'), laps.of('picture'), laps.of('step'), all].map((value) => value.toFixed(1).padStart(16)).join('')}${`${nothing.of('all').toFixed(0)} ×${(nothing.of('all') / all).toFixed(1)}`.padStart(16)}${laps.of('problems').toFixed(1).padStart(16)}`)
  }
}
