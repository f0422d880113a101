/** Types of the editor's launcher. */
import type { ChildProcess } from 'node:child_process'

export const root: string
export function installEditor(say?: (text: string) => void): void
/** The Node.js that the embedded editor's server runs in. */
export function nodeForEditor(): string
export function freePort(): Promise<number>
export function unpackExtension(extensionsFolder: string): string
export function startEditor(options: {
  readonly workspace: string
  readonly userData: string
  readonly extensions: string
  readonly port?: number
  readonly settings?: Readonly<Record<string, unknown>>
  readonly trust?: boolean
}): Promise<{ readonly url: string; readonly port: number; readonly child: ChildProcess; stop(): void; output(): string }>
