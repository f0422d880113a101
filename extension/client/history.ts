/** Older texts of a file, from the editor's own Git extension: nothing is run, nothing is fetched. */
import * as vscode from 'vscode'
import type { ShownRevision } from '../../core/protocol.ts'

/** What we use of `vscode.git`, version 1 of its interface. */
interface Git {
  readonly state: 'uninitialized' | 'initialized'
  readonly onDidChangeState: vscode.Event<string>
  readonly onDidOpenRepository: vscode.Event<Repository>
  getRepository(uri: vscode.Uri): Repository | null
}
interface Repository {
  readonly rootUri: vscode.Uri
  readonly state: { readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined }
  log(options: { readonly maxEntries: number; readonly path: string }): Promise<readonly Commit[]>
  getCommit(ref: string): Promise<Commit>
  /** The text of a file at a revision; fails where there was none. */
  show(ref: string, path: string): Promise<string>
}
interface Commit {
  readonly hash: string
  readonly message: string
  readonly authorDate?: Date
  readonly authorName?: string
}
interface GitExtension {
  readonly enabled: boolean
  getAPI(version: 1): Git
}

const mostRevisions = 60

/** Why there is none, in words. */
export interface NoHistory {
  readonly refused: string
}

async function repositoryOf(uri: vscode.Uri): Promise<Repository | NoHistory> {
  const found = vscode.extensions.getExtension<GitExtension>('vscode.git')
  if (!found) {
    return { refused: vscode.workspace.isTrusted ? vscode.l10n.t('Git is not there: the editor has no Git extension.') : vscode.l10n.t('Git is not there in Restricted Mode: trust the workspace to compare with what was committed.') }
  }
  const extension = await found.activate()
  if (!extension.enabled) return { refused: vscode.l10n.t('Git is not there: it is switched off, or not installed.') }
  const git = extension.getAPI(1)
  // It looks for repositories when it starts; a moment later it knows.
  const known = git.getRepository(uri) ?? await new Promise<Repository | null>((resolve) => {
    const done = (repository: Repository | null): void => {
      clearTimeout(timer)
      opened.dispose()
      resolve(repository)
    }
    const timer = setTimeout(() => done(git.getRepository(uri)), git.state === 'initialized' ? 500 : 5000)
    const opened = git.onDidOpenRepository(() => {
      const repository = git.getRepository(uri)
      if (repository) done(repository)
    })
  })
  return known ?? { refused: vscode.l10n.t('This file is in no Git repository.') }
}

/** The last commit, then those that changed this file, newest first. */
export async function revisionsOf(uri: vscode.Uri): Promise<readonly ShownRevision[] | NoHistory> {
  const repository = await repositoryOf(uri)
  if ('refused' in repository) return repository
  if (repository.state.HEAD?.commit === undefined) return { refused: vscode.l10n.t('Nothing has been committed in this repository yet.') }
  const commits = await repository.log({ maxEntries: mostRevisions, path: uri.fsPath })
  return [
    { id: 'HEAD', label: vscode.l10n.t('The last commit'), said: '' },
    ...commits.map(({ hash, message, authorDate, authorName }) => ({
      id: hash, label: `${hash.slice(0, 7)} ${message.split('\n')[0] ?? ''}`,
      said: [authorName, authorDate?.toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' })].filter((word) => word !== undefined).join(', '),
    })),
  ]
}

/** What a person calls it, as the hash that it means now; refused where nobody knows it. */
export async function revisionMeant(uri: vscode.Uri, revision: string): Promise<string | NoHistory> {
  const repository = await repositoryOf(uri)
  if ('refused' in repository) return repository
  try {
    return (await repository.getCommit(revision)).hash
  } catch {
    return { refused: vscode.l10n.t('There is no revision {0} in this repository.', revision) }
  }
}

/** The texts of files at a revision; null for those that were not there. */
export async function textsAt(uri: vscode.Uri, hash: string, uris: readonly string[]): Promise<Readonly<Record<string, string | null>> | NoHistory> {
  const repository = await repositoryOf(uri)
  if ('refused' in repository) return repository
  const texts: Record<string, string | null> = {}
  for (const one of uris) {
    const path = vscode.Uri.parse(one).fsPath
    texts[one] = await repository.show(hash, path).catch(() => null)
  }
  return texts
}
