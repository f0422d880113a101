/** The infra files of the workspace's folders, found once and again when files come or go. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const skipped = new Set(['node_modules', 'dist', 'out'])
/** Does a name say that this is an infra file? */
export const isInfra = (name: string): boolean => /\.infra\.(ya?ml|json)$/i.test(name)
/** More files than this are a collection, not an estate: then only what includes says belongs together. */
const mostFiles = 500
const deepest = 12

/** Uris of the infra files below some folders, in the order of their names. Folders that cannot be read hold none. */
export async function infraFiles(folders: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (found.length > mostFiles) return
      if (entry.isDirectory() && depth < deepest && !entry.name.startsWith('.') && !skipped.has(entry.name)) await walk(join(folder, entry.name), depth + 1)
      else if (entry.isFile() && isInfra(entry.name)) found.push(pathToFileURL(join(folder, entry.name)).href)
    }
  }
  for (const folder of folders) await walk(folder, 0)
  return found.length > mostFiles ? [] : [...new Set(found)]
}
