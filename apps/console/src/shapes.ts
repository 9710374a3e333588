import type { ActionStatus, HostState } from '@edge/contracts';

/** What the pages read of an action, as `GET /api/v1/actions` and `/api/v1/actions/:id` answer it. */
export interface ActionRow { action_id: string; space: string; project: string; type: string; status: ActionStatus; actor: string; user?: string; accepted_at: string; ended_at?: string; hosts: number | HostRow[] }
export interface HostRow { host: string; zone: string; state: HostState; step?: string; stage?: number; batch?: number; version?: string; from?: string; why?: string }
export interface MessageRow { at: string; level: 'info' | 'warning' | 'error'; text: string; host?: string }
export interface ActionShown extends ActionRow { hosts: HostRow[]; why?: string; reason?: string | Record<string, string>; waiting_for?: string; starts_at?: string; script: { name: string }; config: Record<string, { value: unknown }>; messages: MessageRow[] }
/** `gap`: something is missing before it. */
export interface LogLine { key: string; host: string; step: string; stream: 'stdout' | 'stderr'; text: string; gap: boolean }
/** `earlier`: how many lines before these are left out, as far as that is known. */
export interface OutputShown { lines: LogLine[]; earlier: number | 'some' }
