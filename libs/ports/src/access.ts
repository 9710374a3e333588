import type { Caller, Permission } from '@edge/contracts';

export interface AccessQuestion {
  subject: string;
  permission: Permission;
  /** Absent: platform-wide. */
  space?: string;
  project?: string;
  type?: string;
  /** Configuration keys that the request sets. */
  keys?: string[];
}

export interface AccessAnswer { allowed: boolean; why: string }

/** Who is it, and may she? Deny by default. */
export abstract class Access {
  /** The caller behind a bearer token or session cookie; undefined if there is none. */
  abstract authenticate(credential: { bearer?: string; cookie?: string }): Promise<Caller | undefined>;
  abstract may(question: AccessQuestion): Promise<AccessAnswer>;
  /** Spaces that the subject may see: `all` or their names. */
  abstract visibleSpaces(subject: string): Promise<'all' | string[]>;
}
