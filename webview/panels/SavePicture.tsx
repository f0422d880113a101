/** Saves what is seen: a button that offers the formats. */
import type { ReactElement } from 'react'
import { pictureFormats, savePicture, type PictureFormat } from '../pictures.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'
import { Dropdown } from './Dropdown.tsx'

const words: Readonly<Record<PictureFormat, readonly [name: string, hint: () => string]>> = {
  svg: ['SVG', () => t('sharp at any size')], png: ['PNG', () => t('twice as fine as seen')], drawio: ['draw.io', () => t('to go on drawing in diagrams.net')],
}

export function SavePicture(): ReactElement {
  const open = useStore((state) => state.saving)
  return (
    <Dropdown
      name={t('Save picture…')} title={t('Save what is seen as a picture, on white')} open={open} show={(saving) => useStore.setState({ saving })}
      choices={pictureFormats.map((format) => ({ name: words[format][0], hint: words[format][1](), act: () => void savePicture(format) }))}
    />
  )
}
