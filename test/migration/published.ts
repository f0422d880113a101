/** Published migrations, what their sources leave open, and what the model predicts: one table. */
import type { Published } from './published-form.ts'
import { qemuRows } from './published-qemu.ts'
import { xenRows } from './published-xen.ts'

export const rows: readonly Published[] = [...xenRows, ...qemuRows]

const cells = (...texts: readonly string[]): string => `| ${texts.join(' | ')} |`

/** Published beside predicted. */
export function table(): string {
  const lines = [cells('case', 'published', 'assumed', 'predicted', 'why they differ'), cells('---', '---', '---', '---', '---')]
  for (const { name, said, assumed, predict, why = '—' } of rows) {
    lines.push(cells(name, said, assumed, typeof predict === 'function' ? predict(1).says : `not predicted: ${predict.not}`, why))
  }
  return lines.join('\n') + '\n'
}
