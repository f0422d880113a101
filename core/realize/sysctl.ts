/** Kernel settings that a node gives its interfaces by name, whoever declared them. */
import { isStack } from '../infra/node.ts'
import { setInterface, type Plan } from './draft.ts'

/** What the node says of an interface wins over what the interface says of itself; names that nothing has are a check's matter. */
export function spreadSysctl(plan: Plan): void {
  for (const draft of plan.open) {
    if (!isStack(draft.node)) continue
    for (const [name, settings] of draft.node.deviceSysctl ?? []) {
      const device = draft.interfaces.get(name)
      if (device) setInterface(draft, { ...device, sysctl: { ...device.sysctl, ...settings.value } })
    }
  }
}
