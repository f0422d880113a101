/** An element that can only be looked at: of one tenant's picture, or of what is there no longer. */
import type { ReactElement } from 'react'
import type { Box } from '../../core/diagram/diagram.ts'
import { Button } from '../controls.ts'
import { send } from '../host.ts'
import { Icon } from '../nodes/icons.tsx'
import { openTrace } from '../store.ts'
import { Title } from './Frame.tsx'
import { t } from '../l10n.ts'

export function Told({ box, tenant }: { readonly box: Box; readonly tenant: string | undefined }): ReactElement {
  return (
    <>
      <Title><Icon kind={box.kind} size={18} />{box.label}</Title>
      <p className="hint">{box.ghost ? t('It is there no longer; this is what it was.') : t('What {0} knows of it. All of it is told in the picture of all tenants.', tenant ?? 'its tenant')}</p>
      {!box.ghost && (
        <div className="buttons">
          <Button onClick={() => send({ kind: 'reveal', id: box.id, focus: true })}>{t('Show in text')}</Button>
          {(box.kind === 'vm' || box.kind === 'container') && <Button onClick={() => openTrace(box.id)}>{t('Trace…')}</Button>}
        </div>
      )}
      <dl>{box.facts.filter(({ value }) => value !== '').map(({ name, value }, i) => <div key={`${name} ${i}`}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </>
  )
}
