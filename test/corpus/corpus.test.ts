/** Every containerlab topology and compose file of the corpus: read, counted by another parser too, every finding judged. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { readSource } from '../../core/analysis.ts'
import { analysed, codesOf, filesOf, hasCorpus, type CorpusFile } from './corpus.ts'

interface Counted {
  readonly nodes: number
  readonly links: number
}

/** Counts by plain parsing, without anything of ours; undefined for templates and broken files. */
const naive: Readonly<Record<string, (root: Record<string, unknown>) => Counted>> = {
  containerlab(root) {
    const topology = (root['topology'] ?? {}) as { nodes?: Record<string, { kind?: string } | null>; links?: { type?: string; endpoints?: unknown[] }[]; defaults?: { kind?: string } }
    const nodes = Object.values(topology.nodes ?? {}).filter((node) => node?.kind !== 'host').length
    // A wire has two ends in nodes or on the host; the other types are a node's own device or leave the file.
    const wires = (topology.links ?? []).filter((link) => !['dummy', 'mgmt-net', 'macvlan'].includes(link.type ?? '') && !(link.endpoints ?? []).some((end) => typeof end === 'string' && /^(mgmt-net|macvlan):/.test(end)))
    return { nodes, links: wires.length }
  },
  compose: (root) => ({ nodes: Object.keys((root['services'] ?? {}) as object).length, links: 0 }),
}

const isTemplate = (text: string): boolean => /\{\{-?\s*(range|if|end|define|template|with|else|block)\b|\{%|~\{|<%|\{#[^}]*#\}/.test(text)

function count(kind: string, { text }: CorpusFile): Counted | undefined {
  try {
    const root: unknown = isTemplate(text) ? undefined : parse(text, { logLevel: 'silent', merge: true })
    return typeof root === 'object' && root !== null ? naive[kind]?.(root as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const table = join(import.meta.dirname, 'judged.tsv')

describe('the corpus', () => {
  const findings: string[] = []
  for (const kind of ['containerlab', 'compose']) {
    it.skipIf(!hasCorpus)(`${kind}: every file is read, and its nodes and links are counted right`, () => {
      const rows: string[] = []
      for (const file of filesOf(kind)) {
        const analysis = analysed(file, kind)
        const nodes = [...analysis.written.nodes.values()].filter(({ origin }) => origin.by === 'text').length
        const links = analysis.written.links.length
        const codes = codesOf(analysis)
        rows.push(`${String(nodes).padStart(4)} ${String(links).padStart(4)} ${[...codes].map(([code, n]) => `${code} ${n}`).join(', ').padEnd(30)} ${file.name}`)
        for (const [code, n] of codes) findings.push(`${file.name}\t${code}\t${n}`)
        const counted = count(kind, file)
        if (counted) expect({ file: file.name, nodes, links }).toEqual({ file: file.name, ...counted })
      }
      console.log(`nodes links findings\n${rows.join('\n')}`)
    })
  }

  it.skipIf(!hasCorpus)('everything found in it has been judged (UPDATE=1 rewrites the counts)', () => {
    const judged = existsSync(table) ? readFileSync(table, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')) : []
    const verdicts = new Map(judged.map((line) => line.split('\t')).map(([file, code, , ...rest]) => [`${file}\t${code}`, rest.join('\t')]))
    if (process.env['UPDATE']) {
      const lines = findings.map((finding) => `${finding}\t${verdicts.get(finding.split('\t').slice(0, 2).join('\t')) ?? 'to be judged\t'}`)
      writeFileSync(table, `# file, code, how many, verdict, why\n${lines.join('\n')}\n`)
    }
    expect(findings).toEqual(judged.map((line) => line.split('\t').slice(0, 3).join('\t')))
    expect(judged.filter((line) => !/\t(true|opinion)\t\S/.test(line))).toEqual([])
  })

  it.skipIf(!hasCorpus)('files cut off or changed anywhere are read as well', () => {
    for (const kind of ['containerlab', 'compose']) {
      for (const [i, { name, text }] of filesOf(kind).entries()) {
        for (const cut of [0.23, 0.61, 0.87]) {
          const at = Math.floor(text.length * cut)
          for (const broken of [text.slice(0, at), `${text.slice(0, at)}${['"', '{', ': ', '\n- ', '\u0000'][i % 5]}${text.slice(at + 3)}`]) {
            expect(readSource({ uri: name, text: broken, version: 1, format: kind })?.source.text).toBe(broken)
          }
        }
      }
    }
  })
})
