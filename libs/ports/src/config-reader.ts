import type { FreezeDocument, HostDocument, JsonObject, PolicyDocument, ResolvedProject } from '@edge/contracts';
import type { ScriptBundle } from './script-host.js';

/** Answers what the configuration says now. EdgeError `not-found` for a space or project that is not there. */
export abstract class ConfigReader {
  /** Merged, with origins, hosts and findings; `overrides` is the action's layer. */
  abstract resolve(project: { space: string; project: string; type?: string; overrides?: JsonObject }): Promise<ResolvedProject>;
  abstract script(sha: string): Promise<ScriptBundle | undefined>;
  /** Hosts by name; unknown ones are absent. */
  abstract hosts(names: string[]): Promise<HostDocument[]>;
  /** Freeze windows in force at the time for space and environment, command rules for them, and who has to approve there. */
  abstract rules(scope: { space: string; environment?: string; at: string }): Promise<{ freezes: FreezeDocument[]; policies: PolicyDocument[]; allowSelfApproval: boolean; protected: boolean }>;
  /** Writes the live version of the project back after it completed (audited). */
  abstract versionWritten(change: { space: string; project: string; version: string; action: string; actor: string }): Promise<void>;
}
