/** Tenants' colours: as the file gives them where that is a colour and nothing else, else from a palette. */
import type { Infra } from '../infra/infra.ts'

/** Told apart in light and dark, and by people who do not see red and green apart (after Okabe and Ito). */
const palette = ['#2f6fde', '#d9822b', '#2e8b57', '#b0529b', '#c0392b', '#1f9aa5', '#8a6d1d', '#6a5acd']

export const isColor = (text: string): boolean => /^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(text) || /^[a-z]{3,20}$/.test(text)

export function tenantColors(infra: Infra): ReadonlyMap<string, string> {
  const names = new Set(infra.tenants.keys())
  for (const node of infra.nodes.values()) if ('tenant' in node && node.tenant) names.add(node.tenant.value)
  for (const network of infra.networks.values()) if (network.tenant) names.add(network.tenant.value)
  const colors = new Map<string, string>()
  for (const name of names) {
    const written = infra.tenants.get(name)?.color?.value
    colors.set(name, written !== undefined && isColor(written) ? written : palette[colors.size % palette.length] ?? '#888888')
  }
  return colors
}
