/** A file of a newer language: its version is told, and each word that is not known here once. */
import { expect, it } from 'vitest'
import { read } from '../../../core/formats/infra/read.ts'

it('names what a newer language brings once', () => {
  const text = 'infra: 2\nquantum: { a: 1 }\nservers:\n  s1: { spin: up, cpus: 4 }\n  s2: { spin: down }\n  s3: { spin: up }\n'
  const { problems, infra } = read({ uri: 'file:///x.infra.yaml', text, version: 1 })
  expect(problems.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)).toEqual([
    'warning unknown-key: an infra file has no key quantum', 'warning unknown-key: a server has no key spin', 'error wrong-type: version 2 of the language is not known here; 1 is',
  ])
  expect(infra.nodes.size).toBe(3)
})

it('takes the version as any other number, and nothing else', () => {
  const said = (infra: string) => read({ uri: 'file:///x.infra.yaml', text: `infra: ${infra}\n`, version: 1 }).problems.map(({ message }) => message)
  expect(said('"1"')).toEqual([])
  expect(said('')).toEqual([])
  expect(said('"2"')).toEqual(['version 2 of the language is not known here; 1 is'])
  expect(said('one')).toEqual(['one is not a number'])
  expect(said('[1]')).toHaveLength(1)
})
