/** SVG to PNG without a browser: resvg, compiled to WebAssembly, and a font of our own, so that the same picture is the same file everywhere. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { Misuse } from './streams.ts'

declare const __dirname: string

/** The build puts these beside the command: too large to be part of it. Run from its source, the command finds them there, too. */
const folder = (): string => [join(__dirname, 'png'), join(__dirname, '..', '..', 'dist', 'png')].find((one) => existsSync(one)) ?? join(__dirname, 'png')

/** Pixels along a side. */
const longest = 16_000
let ready: Promise<void> | undefined

export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  const file = (name: string): Buffer => {
    const path = join(folder(), name)
    if (!existsSync(path)) throw new Misuse(`PNG needs ${path}, which \`npm run build\` makes; without it save an SVG (-o picture.svg) and turn that into PNG, or save PNG in the designer`)
    return readFileSync(path)
  }
  const fonts = [file('sans.ttf'), file('sans-bold.ttf')]
  ready ??= initWasm(file('resvg.wasm'))
  await ready
  const [, width = '1', height = '1'] = /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg) ?? []
  const zoom = Math.min(scale, longest / Number(width), longest / Number(height))
  const picture = new Resvg(svg, { fitTo: { mode: 'zoom', value: zoom }, font: { fontBuffers: fonts, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' } })
  try {
    return picture.render().asPng()
  } finally {
    picture.free()
  }
}
