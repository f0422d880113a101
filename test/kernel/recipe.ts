/** What a recipe fills in: the sections of an infra file, still open to change. */

export type Keys = Record<string, unknown>

export interface Draft {
  readonly servers: Record<string, Keys>
  readonly routers: Record<string, Keys>
  readonly vms: Record<string, Keys>
  readonly containers: Record<string, Keys>
  readonly switches: Record<string, Keys>
  readonly links: Keys[]
  tenants?: Keys
  externals?: Keys
  services?: Keys
  networks?: Keys
  fabrics?: Keys
  'security-groups'?: Keys
}

export const emptyDraft = (): Draft => ({ servers: {}, routers: {}, vms: {}, containers: {}, switches: {}, links: [] })

export const link = (draft: Draft, a: string, b: string, more: Keys = {}): void => void draft.links.push({ ends: [a, b], ...more })
