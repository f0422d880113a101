/** Plans that the core makes by itself: emptying a server, rack or site, and evening out the servers. */
import { create } from 'zustand'
import { perform } from './gestures.ts'
import { openMoves } from './moves.ts'
import { useStore } from './store.ts'

/** What is to be emptied: a server's name, `rack:NAME`, `site:NAME`; undefined: the servers are to be evened out. */
export const usePlans = create<{ readonly word: string | undefined }>(() => ({ word: undefined }))

export function openPlans(word?: string): void {
  usePlans.setState({ word })
  useStore.setState({ panel: 'plans', migration: undefined })
}

interface Move {
  readonly vm: string
  readonly to: string
}

/** All of them as one change of the text, and one step to undo. */
export const applyPlan = (moves: readonly Move[]): Promise<void> => perform({ kind: 'move-all', moves: moves.map(({ vm, to }) => ({ guest: vm, host: to })) })

/** As a drop on the canvas would do it. */
export const applyOne = (guest: string, host: string): Promise<void> => perform({ kind: 'move', guest, host })

/** The same moves where hosts and pace can still be chosen. */
export const planOn = (moves: readonly Move[]): void => openMoves(moves.map(({ vm, to }) => ({ vm, to })))
