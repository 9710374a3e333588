import { type Condition, Documents, type Query, type Versioned, type Write } from '@edge/ports';

interface Row { version: number; document: unknown }

/** `Documents` in memory, for specs of services: as strict as the port says. */
export class MemoryDocuments extends Documents {
  private readonly collections = new Map<string, Map<string, Row>>();

  async get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    const row = this.rows(collection).get(id);
    return row && { id, version: row.version, document: structuredClone(row.document) as T };
  }

  async write(writes: Write[]): Promise<Write | undefined> {
    const lost = writes.find(({ collection, id, ifVersion }) => ifVersion !== undefined && (this.rows(collection).get(id)?.version ?? 0) !== ifVersion);
    if (lost) return lost;
    for (const { collection, id, document } of writes) {
      const rows = this.rows(collection);
      if (document === null) rows.delete(id);
      else rows.set(id, { version: (rows.get(id)?.version ?? 0) + 1, document: JSON.parse(JSON.stringify(document)) as unknown });
    }
    return undefined;
  }

  async find<T>(collection: string, { where = {}, order = 'asc', after, limit }: Query): Promise<Versioned<T>[]> {
    const ids = [...this.rows(collection).keys()].sort();
    if (order === 'desc') ids.reverse();
    const beyond = ids.filter((id) => after === undefined || (order === 'asc' ? id > after : id < after));
    const found = beyond.map((id) => ({ id, ...this.rows(collection).get(id)! })).filter(({ document }) => Object.entries(where).every(([path, condition]) => fits(valueAt(document, path), condition)));
    return found.slice(0, limit).map(({ id, version, document }) => ({ id, version, document: structuredClone(document) as T }));
  }

  async health(): Promise<{ ok: boolean; detail: string }> {
    return { ok: true, detail: 'in memory' };
  }

  async close(): Promise<void> {
    this.collections.clear();
  }

  private rows(collection: string): Map<string, Row> {
    const rows = this.collections.get(collection) ?? new Map<string, Row>();
    this.collections.set(collection, rows);
    return rows;
  }
}

function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

function fits(value: unknown, condition: Condition): boolean {
  if (Array.isArray(value)) return value.some((item) => fits(item, condition));
  if (typeof condition !== 'object') return value === condition;
  if ('in' in condition) return condition.in.includes(value as string);
  const { from, to } = condition;
  return value !== undefined && (from === undefined || (value as string) >= from) && (to === undefined || (value as string) < to);
}
