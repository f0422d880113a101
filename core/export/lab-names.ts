/** What a device is called in the lab: its own name where Linux takes it, else a short one. */
import type { Infra } from '../infra/infra.ts'
import { isStack } from '../infra/node.ts'

export interface LabNames {
  device(node: string, name: string): string
  /** The bridge that a switch is made of. */
  readonly switchBridge: string
}

// IFNAMSIZ of <linux/if.h> without the closing zero; dev_valid_name refuses slashes, colons and blanks.
const fits = (name: string): boolean => name.length <= 15 && !/[/:\s]/.test(name) && name !== '.' && name !== '..'

const switchBridge = 'switch0'

export function labNames(infra: Infra): LabNames {
  const names = new Map<string, ReadonlyMap<string, string>>()
  for (const node of infra.nodes.values()) {
    const taken = new Set(isStack(node) ? ['lo'] : [switchBridge, 'lo'])
    const of = new Map<string, string>()
    for (const name of node.interfaces.keys()) {
      let short = name
      for (let n = 0; !fits(short) || (taken.has(short) && short !== 'lo'); n++) short = `dev${of.size + n}`
      taken.add(short)
      of.set(name, short)
    }
    names.set(node.name, of)
  }
  return { switchBridge, device: (node, name) => names.get(node)?.get(name) ?? name }
}
