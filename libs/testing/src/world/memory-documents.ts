import { frozen } from '@edge/contracts';
import { type Condition, Documents, type Query, type Versioned, type Write } from '@edge/ports';

interface Stored { version: number; document: unknown }

/** Documents in memory, as copies: what was handed in can be changed without changing what is stored; what is handed out is frozen. */
export class MemoryDocuments extends Documents {
  private readonly collections = new Map<string, Map<string, Stored>>();

  override async get<T>(collection: string, id: string): Promise<Versioned<T> | undefined> {
    return this.getNow<T>(collection, id);
  }

  getNow<T>(collection: string, id: string): Versioned<T> | undefined {
    const stored = this.collections.get(collection)?.get(id);
    return stored && { id, version: stored.version, document: stored.document as T };
  }

  override async write(writes: Write[]): Promise<Write | undefined> {
    return this.writeNow(writes);
  }

  writeNow(writes: Write[]): Write | undefined {
    const refused = writes.find(({ collection, id, ifVersion }) => ifVersion !== undefined && (this.in(collection).get(id)?.version ?? 0) !== ifVersion);
    if (refused) return refused;
    for (const { collection, id, document } of writes) {
      if (document === null) this.in(collection).delete(id);
      else this.in(collection).set(id, { version: (this.in(collection).get(id)?.version ?? 0) + 1, document: frozen(JSON.parse(JSON.stringify(document)) as unknown) });
    }
    return undefined;
  }

  override async find<T>(collection: string, query: Query): Promise<Versioned<T>[]> {
    return this.findNow<T>(collection, query);
  }

  findNow<T>(collection: string, { where = {}, order = 'asc', after, limit }: Query): Versioned<T>[] {
    const ids = [...this.in(collection).keys()].sort();
    if (order === 'desc') ids.reverse();
    const found: Versioned<T>[] = [];
    for (const id of ids) {
      if (found.length >= limit) break;
      if (after !== undefined && (order === 'asc' ? id <= after : id >= after)) continue;
      const stored = this.getNow<T>(collection, id)!;
      if (Object.entries(where).every(([path, condition]) => matches(valueAt(stored.document, path), condition))) found.push(stored);
    }
    return found;
  }

  override async health(): Promise<{ ok: boolean; detail: string }> {
    return { ok: true, detail: 'in memory' };
  }

  override async close(): Promise<void> {
    this.collections.clear();
  }

  private in(collection: string): Map<string, Stored> {
    const known = this.collections.get(collection) ?? new Map<string, Stored>();
    this.collections.set(collection, known);
    return known;
  }
}

function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), document);
}

function matches(value: unknown, condition: Condition): boolean {
  if (Array.isArray(value)) return value.some((item) => matches(item, condition));
  if (typeof condition !== 'object') return value === condition;
  if ('in' in condition) return condition.in.includes(value as string);
  const { from, to } = condition;
  return value !== undefined && (from === undefined || (value as string) >= from) && (to === undefined || (value as string) < to);
}
