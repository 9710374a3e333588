import type { JsonObject } from './json.js';

/** The kinds of configuration, as they are stored and applied (interfaces.md §4). Names: `[a-z0-9][a-z0-9._-]{0,62}`. */
export interface PlatformDocument {
  artifact_servers?: Record<string, string>;
  load_balancers?: Record<string, { type: 'haproxy' | 'http-manager' | 'none' } & JsonObject>;
  /** Zone → address ranges (CIDR), for hosts that do not name their zone. */
  zones?: Record<string, string[]>;
  canary?: JsonObject;
  allow_self_approval?: boolean;
  config?: JsonObject;
}

export interface SpaceDocument {
  name: string;
  title?: string;
  admins?: string[];
  operators?: string[];
  deployers?: string[];
  viewers?: string[];
  color?: string;
}

export interface EnvironmentDocument {
  name: string;
  title?: string;
  script: string;
  /** Actions on it need a second person. */
  protected?: boolean;
  require_reason?: boolean;
  load_balancer?: string;
  allow_empty_pool?: boolean;
  config?: JsonObject;
}

export interface ProjectDocument {
  space: string;
  name: string;
  title?: string;
  environment: string;
  config?: JsonObject;
}

export interface HostDocument {
  name: string;
  address?: string;
  port?: number;
  user?: string;
  zone?: string;
  pools?: string[];
  /** A host is used only from these spaces. */
  spaces: string[];
  vars?: JsonObject;
  /** Enrolled public host keys, OpenSSH lines without the host pattern. */
  keys?: string[];
}

export type Role = 'viewer' | 'operator' | 'deployer' | 'admin' | 'superuser' | 'auditor';

export interface GroupDocument { name: string; members: string[] }

export interface GrantDocument {
  id?: string;
  /** `user:<id>`, `group:<name>` or `token:<id>`. */
  who: string;
  role: Role;
  /** Absent: everywhere (superuser and auditor only). */
  space?: string;
  project?: string;
  types?: string[];
  keys?: string[];
}

export interface FreezeDocument { name: string; spaces?: string[]; environments?: string[]; from: string; to: string; except?: string[]; reason?: string }
export interface PolicyDocument { name: string; environments?: string[]; spaces?: string[]; allow_only?: string[]; approve?: string[]; deny?: string[] }
export interface TriggerDocument { space: string; name: string; match: Record<string, string>; start: { project: string; type: string; version?: string; config?: JsonObject } }

export interface Documents {
  Platform: PlatformDocument;
  Space: SpaceDocument;
  Environment: EnvironmentDocument;
  Project: ProjectDocument;
  Host: HostDocument;
  Group: GroupDocument;
  Grant: GrantDocument;
  Freeze: FreezeDocument;
  Policy: PolicyDocument;
  Trigger: TriggerDocument;
}

export type Kind = keyof Documents;
export const kinds: readonly Kind[] = ['Platform', 'Space', 'Environment', 'Project', 'Host', 'Group', 'Grant', 'Freeze', 'Policy', 'Trigger'];

/** What every list and single answer of a stored document carries beside it. */
export interface Stored<T> { document: T; version: number; changedAt: string; changedBy: string }
