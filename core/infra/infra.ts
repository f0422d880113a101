/** What the files say, plain and readonly; every part knows where it is written. */
import type { Written } from '../text/span.ts'
import type { Node } from './node.ts'
import type {
  Expectation, Fabric, Link, MigrationDefaults, Network, SecurityGroup, Service, Storage, Tenant,
} from './parts.ts'

export interface Infra {
  readonly name?: Written<string>
  /** In file order. A name that is used twice keeps its first owner; the reader says so. */
  readonly nodes: ReadonlyMap<string, Node>
  readonly links: readonly Link[]
  readonly tenants: ReadonlyMap<string, Tenant>
  readonly networks: ReadonlyMap<string, Network>
  readonly storage: ReadonlyMap<string, Storage>
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>
  readonly services: ReadonlyMap<string, Service>
  readonly fabrics: ReadonlyMap<string, Fabric>
  readonly migration: MigrationDefaults
  readonly expectations: readonly Expectation[]
  readonly includes: readonly Written<string>[]
}

export const emptyInfra: Infra = {
  nodes: new Map(), links: [], tenants: new Map(), networks: new Map(), storage: new Map(), securityGroups: new Map(),
  services: new Map(), fabrics: new Map(), migration: {}, expectations: [], includes: [],
}
