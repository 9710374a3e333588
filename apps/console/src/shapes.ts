import type { ActionStatus, HostState } from '@edge/contracts';

/** What the pages read of an action, as `GET /api/v1/actions/:id` answers it. */
export interface ActionRow { action_id: string; space: string; project: string; type: string; status: ActionStatus; actor: string; user?: string; accepted_at: string; ended_at?: string }
export interface HostRow { host: string; zone: string; state: HostState; step?: string; stage?: number; batch?: number; version?: string }
export interface MessageRow { at: string; level: 'info' | 'warning' | 'error'; text: string; host?: string }
export interface ActionShown extends ActionRow { why?: string; waiting_for?: string; hosts: HostRow[]; messages: MessageRow[] }
export interface LogLine { key: string; host: string; step: string; stream: 'stdout' | 'stderr'; text: string }
