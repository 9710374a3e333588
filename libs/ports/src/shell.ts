import type { HostResult } from '@edge/contracts';

/** A host as the executor reaches it. `name` is how people and ssh_config know it. Ports 1–65535. */
export interface ShellHost {
  name: string;
  address?: string;
  port?: number;
  user?: string;
  /** Public host keys that were enrolled, OpenSSH lines without the host pattern (`ssh-ed25519 AAAA…`). */
  keys: string[];
}

/** One command for one host. The same `id` never runs twice on a host: a second `exec` attaches. */
export interface ShellCommand {
  id: string;
  host: ShellHost;
  /** POSIX sh text. */
  text: string;
  /** `durable` survives a lost connection by launch-or-attach; `fast` is a plain exec for read-only probes. */
  channel: 'durable' | 'fast';
  withinMs: number;
  /** Run as this user by sudo; absent: the login user. */
  runAs?: string;
  /** Environment for the command; secrets travel here and never in argv. */
  env?: Record<string, string>;
  /** Standard input of the command. */
  stdin?: Uint8Array;
  /** Secret values that must not leave the executor in any output. */
  redact?: string[];
}

export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  /** Byte offset of the chunk's start in the stream as shipped (after redaction). */
  offset: number;
  bytes: Uint8Array;
}

/** Consumes output in order per stream. A pending promise holds the sender back: memory stays bounded. */
export type OutputSink = (chunk: OutputChunk) => void | Promise<void>;

export interface ShellFile {
  host: ShellHost;
  path: string;
  /** Bytes, a stream that can be read once, or how to read from an offset on: then a broken upload goes on where it broke. */
  content: Uint8Array | AsyncIterable<Uint8Array> | ((from: number) => AsyncIterable<Uint8Array>);
  sha256: string;
  mode?: number;
  owner?: string;
}

/** Files below one folder of the host. Paths of files are relative and stay below it; on the host no folder of them may be a symbolic link. */
export interface ShellTree {
  host: ShellHost;
  path: string;
  owner?: string;
  files: Omit<ShellFile, 'host' | 'owner'>[];
}

/** What a host shows before anyone trusts it. */
export interface OfferedKey {
  type: string;
  /** OpenSSH line without host pattern. */
  key: string;
  /** `SHA256:…` */
  fingerprint: string;
}

/** Runs commands on hosts. Never throws for a host: what goes wrong there is a `HostResult`. */
export abstract class Shell {
  /** Launches the command, or attaches to it if this id was launched before; resolves at its end. */
  abstract exec(command: ShellCommand, output: OutputSink): Promise<HostResult>;
  /** Ends the command's whole process tree; says in the result whether its death was proven. Unknown id: marks it so that it can never start. */
  abstract cancel(command: Pick<ShellCommand, 'id' | 'host' | 'runAs'>): Promise<HostResult>;
  /** Puts a file: checksum, mode, owner, atomic rename. A broken upload goes on where it broke; a file that is there already costs nothing. */
  abstract upload(file: ShellFile): Promise<HostResult>;
  /** Puts every file of a tree as `upload` does, each by itself; the first that fails is the answer, and asking again brings the rest. */
  abstract uploadTree(tree: ShellTree): Promise<HostResult>;
  /** Asks the host for its keys without authenticating. */
  abstract offeredKeys(host: Omit<ShellHost, 'keys'>): Promise<OfferedKey[]>;
  /** Removes the records of commands that ended longer ago (default 8 days), then the oldest beyond `keepBytes`; never those of a command that runs. And parts of uploads that nobody goes on with. `detail` says how many. */
  abstract cleanHost(host: ShellHost, options?: { olderThanMs?: number; keepBytes?: number }): Promise<HostResult>;
  /** Ends idle connections and waits for running exchanges, at most this long. Commands on hosts go on. */
  abstract close(withinMs: number): Promise<void>;
}
