/** Every collection of `Documents` with its indexed fields: adapters ensure these indexes before the first write. `unique` fields hold at most one document each. */
export const collections = {
  actions: { fields: ['space', 'project', 'type', 'projection.status', 'projection.ended', 'unpublished', 'hosts', 'acceptedAt', 'retryOf'] },
  idempotency: { fields: ['at'] },
  locks: { fields: [] },
  capacity: { fields: [] },
  configuration: { fields: ['kind', 'document.space', 'document.environment', 'document.spaces', 'document.zone', 'document.pools', 'document.script', 'document.who', 'document.name'] },
  'configuration-history': { fields: ['kind', 'name', 'changedBy'] },
  executors: { fields: ['at'] },
  scripts: { fields: ['name'] },
  tokens: { fields: ['subject', 'hash'] },
  identities: { fields: ['name'] },
  sessions: { fields: ['subject', 'hash', 'expiresAt'] },
  secrets: { fields: ['space'] },
  versions: { fields: ['space', 'project', 'host', 'version'] },
  audit: { fields: ['at', 'subject', 'what', 'space'] },
  'host-keys': { fields: ['host', 'state'] },
  requests: { fields: ['at', 'matched'] },
  approvals: { fields: ['action'] },
  verdicts: { fields: ['at'] },
  'dead-letters': { fields: ['topic', 'at'] },
  'line-tails': { fields: ['action'] },
  system: { fields: [] },
} as const satisfies Record<string, { fields: readonly string[] }>;

export type Collection = keyof typeof collections;
