import type { HostState } from './action.js';

/** What every log document carries. `correlation_id` is the action's id; `at` RFC 3339 UTC. */
export interface LogContext { correlation_id: string; space: string; project: string; type: string; actor: string; at: string }

/** One per host and named step; progress is the same document in a newer version. */
export interface SummaryDocument extends LogContext {
  /** `<action>:<host>:<step>` */
  id: string;
  version: number;
  host: string;
  step: string;
  status: HostState | 'waiting';
  stage?: number;
  batch?: number;
  zone?: string;
  started_at?: string;
  ended_at?: string;
  app_version?: string;
  message?: string;
  level: 'info' | 'warning' | 'error';
}

/** One per line of output; id `<command>:<stream>:<byte offset of its start>`, cut every 16 KiB counted from its start. */
export interface DetailDocument extends LogContext {
  id: string;
  host: string;
  step: string;
  command_id: string;
  stream: 'stdout' | 'stderr';
  offset: number;
  text: string;
  /** Base64 of the line's bytes, where they are not valid UTF-8 and `text` cannot give them back. */
  raw?: string;
  /** False: no newline followed here (the line was cut, or the stream ended). */
  newline: boolean;
}
