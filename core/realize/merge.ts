/** A generated part that is also written out: the keys written there win, and the rest is filled in. */
import type { Interface } from '../infra/interface.ts'
import type { Span } from '../text/span.ts'

const sameSpan = (a: Span, b: Span): boolean => a.chunk === b.chunk && a.start === b.start && a.end === b.end

/** Whether a reader filled the type in: it then points at the interface's name, where no type is written. */
const typeIsDefault = (device: Interface): boolean => device.type.value === 'ethernet' && sameSpan(device.type.at, device.at)

/** The written interface with what the generated one adds. Empty lists count as not written. */
export function mergeInterface(written: Interface, generated: Interface): Interface {
  const { type, addresses, gateways, flows, ...keys } = written
  const filled = Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as typeof keys
  const { origin: _, ...rest } = generated
  return {
    ...rest, ...filled,
    type: typeIsDefault(written) ? generated.type : type,
    addresses: addresses.length > 0 || written.dhcp?.value ? addresses : generated.addresses,
    gateways: gateways.length > 0 ? gateways : generated.gateways,
    flows: flows.length > 0 ? flows : generated.flows,
  }
}
