/** Something long is under way: how far it is, and a way out. */
import type { ReactElement } from 'react'
import type { ShownProgress } from '../../core/protocol.ts'
import { Button } from '../controls.ts'
import { t } from '../l10n.ts'

export function Waiting({ words, progress, giveUp }: { readonly words: string; readonly progress: ShownProgress | undefined; readonly giveUp: () => void }): ReactElement {
  const share = progress && progress.of > 0 ? progress.done / progress.of : undefined
  return (
    <div className="waiting-for">
      <p className="hint" role="status">{progress ? `${progress.doing}${share === undefined ? '' : `, ${Math.floor(100 * share)} %`}` : words}</p>
      {progress && <><progress aria-label={progress.doing} value={share} max={1} /><Button onClick={giveUp}>{t('Cancel')}</Button></>}
    </div>
  )
}
