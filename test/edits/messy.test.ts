/** Gestures on a file as people leave them: comments everywhere, both quotes, both styles, anchors, a header, text behind the end. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { analyze, diagram, edit, finish, readSource, type Analysis } from '../../core/analysis.ts'
import { partsOf, tryGesture, type Gesture } from '../../core/designing.ts'
import { applyEdits } from '../../core/text/edit.ts'

const uri = 'file:///messy.infra.yaml'
const messy = readFileSync('test/edits/messy.infra.yaml', 'utf8')

function analysisOf(text: string): Analysis {
  const reading = readSource({ uri, text, version: 1 })
  if (!reading) throw new Error('not recognised')
  return finish(analyze([reading]))
}
interface Done { readonly text: string; readonly notes: readonly string[] }
function done(text: string, analysis: Analysis, gesture: Gesture): Done | { readonly refused: string } {
  const plan = tryGesture(analysis, gesture)
  if ('refused' in plan) return plan
  const edits = edit(analysis, plan.change)
  return 'refused' in edits ? edits : { text: applyEdits({ uri, text, version: 1 }, edits), notes: plan.notes }
}
const after = (text: string, gesture: Gesture): string => {
  const result = done(text, analysisOf(text), gesture)
  return 'refused' in result ? `refused: ${result.refused}` : result.text
}
const notesOf = (text: string, gesture: Gesture): readonly string[] => {
  const result = done(text, analysisOf(text), gesture)
  return 'refused' in result ? [`refused: ${result.refused}`] : result.notes
}
const came = (before: string, now: string): readonly string[] => { const old = new Set(before.split('\n')); return now.split('\n').filter((line) => !old.has(line)) }
const idsOf = (analysis: Analysis): readonly string[] => [...new Set([
  ...(['physical', 'tenant'] as const).flatMap((view) => { const { boxes, lines } = diagram(analysis, { view }); return [...boxes, ...lines].map(({ id }) => id) }), ...partsOf(analysis).map(({ id }) => id),
])]
/** What the reader and the checks say, but for expectations: what they expect of everyone in a tenant may fail with one more. */
const told = (analysis: Analysis): readonly string[] => analysis.problems.filter(({ severity, code }) => severity !== 'information' && code !== 'expectation-failed').map(({ code, message }) => `${code} ${message}`)
const comments = (text: string): readonly string[] => [...text.matchAll(/(?:^|\s)(# [^\r\n]*)/g)].map(([, one]) => (one ?? '').trim())

const two = 'servers:\n  s1: { interfaces: { eth0: { address: 20.0.0.1/24 } } }\n  s2: { interfaces: { eth0: { address: 20.0.0.2/24 } } }\nlinks:\n  - [s1:eth0, s2:eth0]\n'

describe('what is added fits where it is put', () => {
  it.each<readonly [string, string, Gesture, readonly string[]]>([
    ['the outside world stands in no rack', messy, { kind: 'add', what: 'external', on: 's1' }, ['  net1: {}']],
    ['a VM beside a container in a VM stands on the server', messy, { kind: 'add', what: 'vm', on: 'web' }, ['  vm4:', '    vcpus: 2', '      eth0: { attach: br0, address: 10.0.0.78/24, mtu: 1462 }']],
    ['a guest is not plugged into a switch of a fabric', messy, { kind: 'add', what: 'container', on: 'dc-leaf0:br0' }, ['  c1:', '    host: s4']],
    ['a guest of a network goes where its uplink is', messy, { kind: 'add', what: 'container', on: 'network:red-net' }, ['  c1:', '    host: s3', '      eth0: { network: red-net, address: 10.7.0.1 }']],
    ['one more of a tenant goes beside those it has', messy, { kind: 'add', what: 'container', on: 'tenant:red' }, ['  c1:', '    host: s3', '      eth0: { network: red-net, address: 10.7.0.1 }']],
    ['a network over a tunnel says what it carries', two, { kind: 'add', what: 'network' }, ['networks:', '  net1:', '    type: vxlan', '    id: 5001', '    subnet: 10.0.0.0/24', '    uplink: eth0', '    mtu: 1450']],
  ])('%s', (_title, text, gesture, lines) => expect(came(text, after(text, gesture))).toEqual(lines))

  it('nothing is wrong then that was not before, and every comment stays', () => {
    const analysis = analysisOf(messy)
    const [known, notes] = [new Set(told(analysis)), comments(messy)]
    for (const what of ['server', 'vm', 'container', 'network'] as const) {
      for (const on of ['s1', 's3:br-red-net', 'r1', 'web', 'tenant:blue', 'network:red-net', 'rack:r 1', 'dc-leaf0:br0']) {
        const gesture: Gesture = { kind: 'add', what, on }
        const result = done(messy, analysis, gesture)
        if ('refused' in result) throw new Error(result.refused)
        expect(told(analysisOf(result.text)).filter((one) => !known.has(one)), JSON.stringify(gesture)).toEqual([])
        expect(comments(result.text), JSON.stringify(gesture)).toEqual(notes)
        expect(parseDocument(result.text).errors).toEqual([])
      }
    }
  })
})

describe('what goes is said before', () => {
  it('who is left without it', () => {
    expect(notesOf(messy, { kind: 'delete', id: 'vm1' })).toEqual(['web on it goes, too.', 'What goes is taken out of shop.', '4 expectations that name what goes are taken away.'])
    expect(notesOf(messy, { kind: 'delete', id: 's3' })).toEqual(['red1 on it goes, too.', 'Its cable goes, too.', 'What goes is taken out of red-net, ceph.'])
    expect(notesOf(messy, { kind: 'delete', id: 'vm3' })).toContain('What goes is taken out of vm2.')
  })

  it('how many places still name a bridge or a network', () => {
    expect(notesOf(messy, { kind: 'delete', id: 's1:br0' })).toContain('2 places in the file still name it then.')
    expect(notesOf(messy, { kind: 'delete', id: 'network:red-net' })).toEqual(['red1:eth0, red2:eth0 go with it.', 'One place in the file still names it then.'])
    expect(notesOf(messy, { kind: 'delete', id: 's2:br0' }).filter((note) => note.includes('still'))).toEqual([])
  })
})

it.each(['r1', 'sw1', 'internet', 'vm1', 'vm2'])('a VM does not move onto %s', (host) => expect(after(messy, { kind: 'move', guest: 'vm1', host })).toBe(`refused: ${host} is no host for vm1`))

it('a copy says nothing of tunnels that stand for a network', () => expect(notesOf(messy, { kind: 'duplicate', id: 's3' })).toEqual([]))

it('another name changes what is wrong by the name alone, however it is written', () => {
  const text = messy.replaceAll('\n', '\r\n')
  const analysis = analysisOf(text)
  let made = 0
  // A bridge or card that a guest finds by its name on another host is another one then.
  for (const id of idsOf(analysis).filter((one) => !one.includes(':br') && !one.includes(':eth0'))) {
    const result = done(text, analysis, { kind: 'rename', id, answers: { name: 'zz9', 'name 1': 'zz9', 'name 2': 'zz8' } })
    if ('refused' in result) continue
    made++
    expect(analysisOf(result.text).problems.map(({ code }) => code).sort(), id).toEqual(analysis.problems.map(({ code }) => code).sort())
    expect(result.text.split('\n').length).toBe(text.split('\n').length)
    expect(comments(result.text)).toEqual(comments(text))
    expect(result.text).not.toMatch(/[^\r]\n/)
  }
  expect(made).toBeGreaterThan(15)
})

it('where two are alone on a link, the other of its two addresses is offered; where none is free, that is said', () => {
  const [four, six] = ['10.0.0.1/31', 'fd00::/127'].map((address) => `servers:\n  s1: { interfaces: { eth0: { address: "${address}" } } }\nrouters:\n  r1: {}\n`)
  expect(after(four ?? '', { kind: 'connect', from: 's1', to: 'r1' })).toContain('eth0: { address: 10.0.0.0/31 }')
  expect(after(six ?? '', { kind: 'connect', from: 's1', to: 'r1' })).toContain('eth0: { address: fd00::1/127 }')
  const full = 'servers:\n  s1: { interfaces: { br0: { type: bridge, address: 10.0.0.1/30 } } }\nvms:\n  a: { host: s1, interfaces: { eth0: { attach: br0, address: 10.0.0.2/30 } } }\n  b: { host: s1 }\n'
  expect(notesOf(full, { kind: 'connect', from: 'b', to: 's1:br0' })).toEqual(['No address is free there any more.'])
})
