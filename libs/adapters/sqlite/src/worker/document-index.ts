import { identity, valuesAt } from './field-values.js';
import type { Statements } from './statements.js';

export interface IndexedField { field: number; path: string[] }

/** Keeps `field_values` true for every document of every collection. */
export class DocumentIndex {
  private readonly sql: Statements;
  private readonly byCollection = new Map<string, Map<string, IndexedField>>();

  constructor(sql: Statements) {
    this.sql = sql;
  }

  /** Indexes fields that are new in this version over what is stored; drops those that are no longer asked for. */
  prepare(wanted: Record<string, readonly string[]>): void {
    const known = this.sql.all<{ field: number; collection: string; path: string }>('SELECT field, collection, path FROM fields');
    for (const { field, collection, path } of known) if (!wanted[collection]?.includes(path)) this.drop(field);
    for (const [collection, paths] of Object.entries(wanted)) {
      const fields = new Map<string, IndexedField>();
      this.byCollection.set(collection, fields);
      for (const path of paths) {
        const found = known.find((row) => row.collection === collection && row.path === path);
        fields.set(path, { field: found?.field ?? this.build(collection, path), path: path.split('.') });
      }
    }
  }

  fieldOf(collection: string, path: string): number | undefined {
    return this.byCollection.get(collection)?.get(path)?.field;
  }

  /** `before` and `after` are the document's JSON; null where there is none. Only what differs is written. */
  update(document: { collection: string; id: string; before: string | null; after: string | null }): void {
    const fields = this.byCollection.get(document.collection);
    if (!fields?.size) return;
    const [before, after] = [document.before, document.after].map((body): unknown => (body === null ? null : JSON.parse(body)));
    for (const { field, path } of fields.values()) this.updateField(field, document.id, { before: valuesAt(before, path), after: valuesAt(after, path) });
  }

  private updateField(field: number, id: string, values: Record<'before' | 'after', ReturnType<typeof valuesAt>>): void {
    const [one, two] = [values.before, values.after];
    if (one.length < 2 && two.length < 2 && one[0] === two[0]) return; // most fields of most writes; a boolean is always the same object
    const before = new Map(one.map((value) => [identity(value), value]));
    const after = new Map(two.map((value) => [identity(value), value]));
    for (const [key, value] of before) if (!after.has(key)) this.sql.run('DELETE FROM field_values WHERE field = ? AND value = ? AND id = ?', field, value, id);
    for (const [key, value] of after) if (!before.has(key)) this.sql.run('INSERT INTO field_values (field, value, id) VALUES (?, ?, ?)', field, value, id);
  }

  private build(collection: string, path: string): number {
    const { lastId: field } = this.sql.run('INSERT INTO fields (collection, path) VALUES (?, ?)', collection, path);
    for (const { id, body } of this.sql.all<{ id: string; body: string }>('SELECT id, body FROM documents WHERE collection = ?', collection)) {
      this.updateField(field, id, { before: [], after: valuesAt(JSON.parse(body), path.split('.')) });
    }
    return field;
  }

  private drop(field: number): void {
    this.sql.run('DELETE FROM field_values WHERE field = ?', field);
    this.sql.run('DELETE FROM fields WHERE field = ?', field);
  }
}
