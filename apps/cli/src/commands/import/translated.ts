import type { EnvironmentDocument, HostDocument, JsonObject, ProjectDocument } from '@edge/contracts';

/** Edge documents out of another tool's files, and sentences about what has no counterpart or needs a look. */
export type ImportedDocument = ({ kind: 'Host' } & HostDocument) | ({ kind: 'Environment' } & EnvironmentDocument) | ({ kind: 'Project' } & ProjectDocument);
export interface Translated { documents: ImportedDocument[]; notes: string[] }

/** Where what is imported is to live. */
export interface Target { space: string; zone: string }

export type Plain = Record<string, unknown>;

export const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
export const plain = (value: unknown): Plain => (isPlain(value) ? value : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);

/** A name as Edge takes it: lower-case letters, digits, dots and dashes. */
export const nameOf = (text: string): string => text.trim().toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 63).replace(/-+$/, '');

/** Fields that say nothing are left out. */
export function hostDocument({ name, address, port, user, zone, pools = [], spaces, vars = {} }: Partial<HostDocument> & { name: string; spaces: string[] }): { kind: 'Host' } & HostDocument {
  return {
    kind: 'Host', name, ...(address !== undefined && address !== name ? { address } : {}), ...(port !== undefined && port !== 22 ? { port } : {}), ...(user === undefined ? {} : { user }), ...(zone === undefined ? {} : { zone }),
    ...(pools.length > 0 ? { pools } : {}), spaces, ...(Object.keys(vars).length > 0 ? { vars } : {}),
  };
}

/** Values that can stand in a document; the others are told. */
export function varsOf(values: Plain, tell: (key: string) => void): JsonObject {
  const kept = Object.entries(values).filter(([key, value]) => {
    const fits = ['string', 'number', 'boolean'].includes(typeof value) && !(typeof value === 'string' && /\{\{|\$\{|!vault/.test(value));
    if (!fits) tell(key);
    return fits;
  });
  return Object.fromEntries(kept) as JsonObject;
}
