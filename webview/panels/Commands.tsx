/** What must be programmed on the chosen box: its commands, asked for when they are unfolded. */
import { useState, type ReactElement } from 'react'
import { ask } from '../host.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

export function Commands({ node }: { readonly node: string }): ReactElement {
  const version = useStore((state) => state.shown?.version ?? 0)
  const [said, setSaid] = useState<{ readonly of: string; readonly lines: readonly string[] } | undefined>()
  const now = `${node} ${version}`
  const unfold = async (): Promise<void> => {
    const answer = await ask({ kind: 'commands', node })
    setSaid({ of: now, lines: answer.kind === 'commands' ? answer.lines : [] })
  }
  return (
    <details className="commands" onToggle={({ currentTarget: { open } }) => { if (open && said?.of !== now) void unfold() }}>
      <summary>{t('What must be programmed here')}</summary>
      {said?.of === now ? said.lines.length > 0 ? <pre tabIndex={0}>{said.lines.join('\n')}</pre> : <p className="hint">{t('Nothing beyond what it is.')}</p> : <p className="hint">…</p>}
    </details>
  )
}
