/** Who moves the guest, where a person wants another than the file's; the panel's questions with that in them. */
import { create } from 'zustand'
import type { MigrationMode, MigrationProfile } from '../../core/infra/parts.ts'
import { ask } from '../host.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

export const useProfile = create<{ readonly profile: MigrationProfile | undefined }>(() => ({ profile: undefined }))

const asked = (): { readonly profile?: MigrationProfile } => {
  const { profile } = useProfile.getState()
  return profile ? { profile } : {}
}

/** The chosen guest to a host, by the chosen orchestrator. An answer that is overtaken is dropped. */
export async function simulateBy(to: string, mode: MigrationMode): Promise<void> {
  const start = useStore.getState().migration
  if (!start) return
  useStore.setState({ migration: { ...start, to, mode, report: undefined, failed: undefined, simulating: true } })
  const by = asked().profile
  const answer = await ask({ kind: 'migrate', vm: start.vm, to, mode, ...asked() })
  const now = useStore.getState().migration
  if (now?.vm !== start.vm || now.to !== to || now.mode !== mode || asked().profile !== by) return
  useStore.setState({ migration: answer.kind === 'migrate' ? { ...now, report: answer.report } : { ...now, failed: answer.kind === 'failed' ? answer.why : t('an answer to another question came') } })
}

/** Every host judged anew by another orchestrator's rules, and the simulated move with them. */
export async function moveBy(profile: MigrationProfile | undefined): Promise<void> {
  useProfile.setState({ profile })
  const start = useStore.getState().migration
  if (!start) return
  const answer = await ask({ kind: 'targets', vm: start.vm, mode: start.mode, ...asked() })
  const now = useStore.getState().migration
  if (now?.vm !== start.vm || asked().profile !== profile) return
  if (answer.kind === 'targets') useStore.setState({ migration: { ...now, targets: answer.targets } })
  if (now.to !== undefined) await simulateBy(now.to, now.mode)
}
