/** The kinds' icons in the colour of the text. */
import type { ReactElement } from 'react'
import type { BoxKind } from '../../core/diagram/diagram.ts'
import { iconPaths } from '../../core/diagram/icons.ts'

export const Icon = ({ kind, size = 16 }: { readonly kind: BoxKind; readonly size?: number }): ReactElement => (
  <svg className="icon" width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.2} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
    <path d={iconPaths[kind]} />
  </svg>
)
