/** Who holds or waits for which keys (`project:<space>/<project>`, `host:<name>`). */
export interface LockEntry { action: string; space: string; keys: string[] }

/** Who waits has a ticket: the smaller one is first. Who holds has none. */
export interface Place { entry: LockEntry; ticket?: number }

/** The action's place from now on; null: it has none. */
export interface LockChange { action: string; place: Place | null }

/** Holders and, first in first out, those who wait for whole sets. */
export interface LockTableDocument { holders: LockEntry[]; queue: LockEntry[] }

export type LockState = { state: 'held' } | { state: 'queued'; position: number; holder: LockEntry };
