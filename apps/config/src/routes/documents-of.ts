import { Injectable } from '@nestjs/common';
import { type Caller, configurationId, type ConfigurationChange, type ConfigurationRecord, type Documents as Kinds, errors, type Finding, type Kind } from '@edge/contracts';
import { type BodyClass, bodyClasses, checkBody } from '@edge/contracts/messages';
import { type EdgeReply, type EdgeRequest, fillPage, linked, type Page } from '@edge/nest';
import type { Versioned } from '@edge/ports';
import { ConfigurationStore } from '../store/configuration-store.js';
import { ConfigWriter } from '../writer/config-writer.js';
import { demandMatch } from './preconditions.js';

export interface Exchange { request: EdgeRequest; reply: EdgeReply; caller: Caller }
export interface Key { space?: string; name: string }
export type Stored<K extends Kind> = Kinds[K] & { warnings?: Finding[] };
export interface ShownChange { version: number; changed_at: string; changed_by: string; pointers: string[]; document: Kinds[Kind] | null; action?: string }

/** What the routes of every kind do alike: list, show, create, store, delete, history. */
@Injectable()
export class DocumentsOf {
  constructor(private readonly store: ConfigurationStore, private readonly writer: ConfigWriter) {}

  async list<K extends Kind>(kind: K, { exchange: { request, reply }, query, where = {}, keep = async () => true }: { exchange: Exchange; query: { limit?: number; cursor?: string }; where?: Record<string, string>; keep?: (document: Kinds[K]) => Promise<boolean> }): Promise<Page<Kinds[K]>> {
    const conditions = { kind, ...Object.fromEntries(Object.entries(where).map(([field, value]) => [`document.${field}`, value])) };
    const { rows, ...rest } = await fillPage<Versioned<ConfigurationRecord<K>>>(query, {
      fetch: (after, limit) => this.store.find<K>({ where: conditions, limit, ...(after ? { after } : {}) }), keep: ({ document }) => keep(document.document),
    });
    return linked(request, reply, { items: rows.map(({ document }) => document.document), ...rest });
  }

  async show<K extends Kind>(kind: K, key: Key, reply: EdgeReply): Promise<Kinds[K]> {
    const { version, document } = await this.found(kind, key);
    void reply.header('etag', `"${version}"`);
    return document.document;
  }

  async create<K extends Kind>(kind: K, { key, document, exchange }: { key: Key; document: Kinds[K]; exchange: Exchange }): Promise<Stored<K>> {
    return this.write(kind, { key, document, exchange, ifVersion: 0 });
  }

  /** 200 stored, 201 created. */
  async put<K extends Kind>(kind: K, { key, document, exchange }: { key: Key; document: Kinds[K]; exchange: Exchange }): Promise<Stored<K>> {
    const id = configurationId(kind, key);
    const version = (await this.store.get(id))?.version ?? 0;
    const ifVersion = demandMatch(exchange.request, { what: describe(kind, key), version });
    if (version === 0) {
      demandSound(kind, document);
      void exchange.reply.status(201);
    }
    return this.write(kind, { key, document, exchange, ifVersion: version === 0 ? 0 : ifVersion });
  }

  async write<K extends Kind>(kind: K, { key, document, exchange, ifVersion }: { key: Key; document: Kinds[K]; exchange: Exchange; ifVersion: number | undefined }): Promise<Stored<K>> {
    const { changes, warnings, versions } = await this.writer.write([{ kind, key, document, at: '', ...(ifVersion === undefined ? {} : { ifVersion }) }], { caller: exchange.caller });
    exchange.request.edge!.detail = { changes };
    void exchange.reply.header('etag', `"${versions[0]}"`);
    return { ...document, ...(warnings.length > 0 ? { warnings } : {}) };
  }

  async remove(kind: Kind, key: Key, { request, reply, caller }: Exchange): Promise<void> {
    const { version } = await this.found(kind, key);
    const ifVersion = demandMatch(request, { what: describe(kind, key), version });
    await this.writer.write([{ kind, key, document: null, at: '', ifVersion: ifVersion ?? version }], { caller });
    void reply.status(204);
  }

  async history(kind: Kind, { key, exchange: { request, reply }, query }: { key: Key; exchange: Exchange; query: { limit?: number; cursor?: string } }): Promise<Page<ShownChange>> {
    const id = configurationId(kind, key);
    const { rows, ...rest } = await fillPage<Versioned<ConfigurationChange>>(query, { fetch: (after, limit) => this.store.history(id, { limit, ...(after ? { after } : {}) }) });
    return linked(request, reply, { items: rows.map(({ document }) => shown(document)), ...rest });
  }

  async found<K extends Kind>(kind: K, key: Key): Promise<Versioned<ConfigurationRecord<K>>> {
    const found = await this.store.get<K>(configurationId(kind, key));
    if (!found) throw errors.notFound(describe(kind, key));
    return found;
  }
}

/** The name in the path, which the body may repeat and nothing else. */
export function sameName(field: string, inPath: string, inBody: string | undefined): string {
  if (inBody !== undefined && inBody !== inPath) throw errors.invalidField(`/${field}`, `"${inBody}" is not the ${field} "${inPath}" of the path.`, 'Leave it out, or say the same.');
  return inPath;
}

/** A name that comes by the path is held to the same rules as one in the body. */
function demandSound<K extends Kind>(kind: K, document: Kinds[K]): void {
  const checked = checkBody(bodyClasses[`${kind}Body`] as BodyClass, document);
  if (!('fits' in checked) && checked.findings.length > 0) throw errors.invalid(checked.findings[0]!.detail, checked.findings);
}

export function demandName(name: string | undefined): string {
  if (name === undefined) throw errors.invalidField('/name', 'name is missing.');
  return name;
}

function describe(kind: Kind, { space, name }: Key): string {
  return kind === 'Platform' ? 'platform document' : `${kind.toLowerCase()} "${space ? `${space}/` : ''}${name}"`;
}

function shown({ version, changedAt, changedBy, pointers, document, action }: ConfigurationChange): ShownChange {
  return { version, changed_at: changedAt, changed_by: changedBy, pointers, document, ...(action ? { action } : {}) };
}
