/** Saves what is seen: a button that offers the formats. */
import { useLayoutEffect, useRef, type KeyboardEvent, type ReactElement } from 'react'
import { pictureFormats, savePicture, type PictureFormat } from '../pictures.ts'
import { useStore } from '../store.ts'
import { t } from '../l10n.ts'

const words: Readonly<Record<PictureFormat, readonly [string, string]>> = { svg: ['SVG', 'sharp at any size'], png: ['PNG', 'twice as fine as seen'], drawio: ['draw.io', 'to go on drawing in diagrams.net'] }

export function SavePicture(): ReactElement {
  const open = useStore((state) => state.saving)
  const list = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const [menu, at] = [list.current, button.current?.getBoundingClientRect()]
    if (!open || !menu || !at) return
    menu.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - menu.offsetWidth - 8))}px`
    menu.style.top = `${at.bottom + 3}px`
    menu.querySelector('button')?.focus()
  }, [open])
  const close = (): void => useStore.setState({ saving: false })
  const onKeyDown = (event: KeyboardEvent): void => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Escape') {
      close()
      button.current?.focus()
    } else if (by !== 0) buttons[(buttons.indexOf(document.activeElement as HTMLButtonElement) + by + buttons.length) % buttons.length]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <span className="save-picture" onBlur={(event) => { if (!event.currentTarget.contains(event.relatedTarget)) close() }}>
      <button ref={button} type="button" aria-haspopup="menu" aria-expanded={open} onClick={() => useStore.setState({ saving: !open })} title={t('Save what is seen as a picture, on white')}>{t('Save picture…')}</button>
      {open && (
        <div ref={list} className="menu" role="menu" aria-label={t('Save picture as')} onKeyDown={onKeyDown}>
          {pictureFormats.map((format) => <button key={format} type="button" role="menuitem" onClick={() => { close(); void savePicture(format) }}><span>{words[format][0]}</span><span className="quiet">{words[format][1]}</span></button>)}
        </div>
      )}
    </span>
  )
}
