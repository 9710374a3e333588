import type { HostState } from './action.js';
import type { HostResult } from './outcomes.js';
import type { Waiting } from './start-action.js';
import type { ActionStatus } from './statuses.js';

/** One command of an action on one host. */
export interface CommandView { command_id: string; key: string; step: string; attempt: number; text: string; result?: HostResult }

/** One host within an action. `why`: what failed it, or why it was left out. */
export interface ActionHostView {
  host: string;
  zone: string;
  state: HostState;
  stage?: number;
  batch?: number;
  step?: string;
  why?: string;
  result?: HostResult;
  from?: string;
  version?: string;
  /** Edge took it out of these pools and has not put it back. */
  out_of?: string[];
  commands: CommandView[];
}

export interface StageView { zone: string; stage: number; share: number; hosts: string[]; status: 'running' | 'finished' }

export interface MessageView { at: string; level: 'info' | 'warning' | 'error'; text: string; host?: string; step?: string }

/** What `GET /api/v1/actions/:id` answers: the fold of the action's journal over its document. */
export interface ActionView {
  action_id: string;
  space: string;
  project: string;
  environment: string;
  type: string;
  status: ActionStatus;
  /** Why it is in this status, in one sentence. */
  why?: string;
  actor: string;
  user?: string;
  reason?: string | Record<string, string>;
  accepted_at: string;
  started_at?: string;
  ended_at?: string;
  /** When the countdown ends. */
  starts_at?: string;
  /** Of a queued action, where it was asked for: how many stand before it, and who. */
  queue?: Waiting;
  waiting_for?: string;
  waiting_since?: string;
  zone_order: 'parallel' | 'ordered';
  zones: string[];
  stages: StageView[];
  hosts: ActionHostView[];
  messages: MessageView[];
  rolled_back: 'none' | 'partial' | 'all';
  unconfirmed_hosts: string[];
  error?: { message: string; file?: string; line?: number };
  script: { name: string; sha: string };
  config: Record<string, { value: unknown; origin: string }>;
  retry_of?: string;
  links: Record<string, string>;
}
