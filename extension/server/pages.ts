/** The catalogue's pages: one Markdown file a code, shipped beside the bundles. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// A bundle stands in dist, this file two folders deep.
const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url))
const folder = [join(here, '..', 'docs', 'checks'), join(here, '..', '..', 'docs', 'checks')].find((path) => existsSync(join(path, 'README.md')))

function fileOf(code: string): string | undefined {
  if (folder === undefined || !/^[a-z0-9-]+$/.test(code)) return undefined
  const path = join(folder, `${code}.md`)
  return existsSync(path) ? path : undefined
}

const links = new Map<string, string | undefined>()

/** Where the page of a code can be opened; undefined where none is shipped. */
export function pageLink(code: string): string | undefined {
  if (!links.has(code)) {
    const path = fileOf(code)
    links.set(code, path === undefined ? undefined : pathToFileURL(path).href)
  }
  return links.get(code)
}

/** The page without its heading, the line under it and the note of who made it; undefined where none is shipped. */
export function pageText(code: string): string | undefined {
  const path = fileOf(code)
  return path === undefined ? undefined : readFileSync(path, 'utf8').replace(/^# .*\n\n`.*\n\n/, '').replace(/\n<!--.*-->\s*$/, '')
}
