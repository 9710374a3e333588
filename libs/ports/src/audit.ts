export interface AuditEntry {
  subject: string;
  what: string;
  space?: string;
  target?: string;
  allowed: boolean;
  why?: string;
  from?: string;
  via?: string;
  action?: string;
  detail?: Record<string, unknown>;
}

/** Who did what, when, from where; append-only, hash-chained. */
export abstract class Audit {
  abstract write(entry: AuditEntry): Promise<void>;
}
