import type { HostResult, JsonObject } from '@edge/contracts';
import type { Duration } from './schemas.js';
import type { Text } from './text.js';

/** A host as a script sees it. `version` is what the action brings to it, `runs` what it ran at acceptance, where known. */
export interface Host {
  readonly name: string;
  readonly zone: string;
  readonly pools: readonly string[];
  readonly vars: JsonObject;
  readonly version?: string;
  readonly runs?: string;
}

/** A host that the batch lost, and why. */
export interface Loss { readonly host: string; readonly why: string; readonly step?: string }

export interface RunOptions {
  /** At most so long on each host; default `"10m"`. */
  within?: Duration;
  /**
   * When nobody can say how the command ended: `fail` the host (default), `retry` (only for what may run twice),
   * or ask the host by a command whose exit code 0 says that it is done.
   */
  onLost?: 'fail' | 'retry' | { verify: string | Text };
  /** Run as this user by sudo; default the configuration's `run_as`, else the login user. */
  runAs?: string;
  /** Environment variable → name of a secret of the space. */
  secretEnv?: Record<string, string>;
  /** `fast` for read-only probes that may be repeated; default `durable`: never runs twice. */
  channel?: 'durable' | 'fast';
  /** At most so many hosts at the same time; default all of the batch. */
  width?: number;
  /** `keep`: a failing command does not cost the host its place in the batch; the result says it. Default `lose`. */
  onFailure?: 'lose' | 'keep';
}

/** One text for all hosts, or one for each; `undefined` leaves the host out of the step. */
export type TextFor = string | Text | ((host: Host) => string | Text | undefined);

/** A command with its options. */
export type ApplicationCommand = RunOptions & { text: TextFor };

export interface ApplicationCommands {
  stop: ApplicationCommand;
  start: ApplicationCommand;
  /** Starts what was there before the change, where that takes another command; default `start`. */
  startFormer?: ApplicationCommand;
}

/**
 * The application on the hosts of a batch. Whatever comes in between, a failing step or a cancellation, no host stays stopped in silence: at the end of
 * the batch the application is started again where it is whole (its change did not begin there, or came to its end); elsewhere the host's result says
 * that it is down.
 */
export interface Application {
  /** Step `stop`. */
  stop(): Promise<void>;
  /** Does what replaces the application; what is cut short in here is not started again. */
  change(work: () => Promise<void>): Promise<void>;
  /** Step `start`. */
  start(): Promise<void>;
}

/**
 * Hosts acted on together. It remembers its losses: every call acts on the hosts still standing, and does nothing when there are none.
 * A failing host never throws; it is in `lost`.
 */
export interface Batch {
  readonly zone: string;
  readonly pool?: string;
  readonly stage: number;
  readonly number: number;
  /** Still standing. */
  readonly hosts: readonly Host[];
  readonly lost: readonly Loss[];
  /**
   * Runs one command on every standing host at once; answers results by host. A plain string is a command out of the configuration: it
   * finds `EDGE_ACTION`, `EDGE_HOST`, `EDGE_ZONE`, `EDGE_VERSION` and each of the host's `vars` as `EDGE_VAR_<NAME>` in its environment.
   */
  run(step: string, text: TextFor, options?: RunOptions): Promise<Record<string, HostResult>>;
  /** What `stop` and `start` of the standing hosts' application are, so that it can be left well. */
  application(commands: ApplicationCommands): Application;
  /** Asks every standing host's health check; a host that does not become healthy is lost. Without a configured check nothing happens. */
  waitHealthy(options?: HealthOptions): Promise<void>;
  /** Takes hosts out of the batch for a reason of the script's own. */
  lose(host: string, why: string, step?: string): void;
  /** Says that the standing hosts now run the version that the action brings. */
  runsNow(): void;
}

/**
 * How a host's health is looked at: an HTTP(S) answer with its status (200) and text, a TCP port that opens, a command with exit code 0 on the host,
 * or the load balancer's own monitor whose name holds one of the words. `port` is a number, or the name of the host's variable that holds it.
 */
export type HealthCheck =
  | { http: { port: number | string; path?: string; scheme?: 'http' | 'https'; status?: number; text?: string } }
  | { tcp: { port: number | string } }
  | { command: string }
  | { monitor: string[] };

/** What the health check asks. Keys not given come from the configuration (`healthcheck`, `healthcheck_count`, `healthcheck_delay`, `healthcheck_smart_delay`). */
export interface HealthOptions {
  check?: HealthCheck;
  attempts?: number;
  delay?: Duration;
  between?: Duration;
}
