import { identity, valuesAt } from './field-values.js';
import type { Statements } from './statements.js';

export interface IndexedField { field: number; path: string[] }

type Values = ReturnType<typeof valuesAt>;

const mostKnown = 2_000;

/** Keeps `field_values` true for every document of every collection. */
export class DocumentIndex {
  private readonly sql: Statements;
  private readonly byCollection = new Map<string, Map<string, IndexedField>>();
  /** What the index says of documents written lately, field by field: most are written again before long. */
  private readonly known = new Map<string, Values[]>();

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
    const all = [...fields.values()];
    const key = `${document.collection}/${document.id}`;
    const before = document.before === null ? [] : (this.known.get(key) ?? valuesOf(document.before, all));
    const after = document.after === null ? [] : valuesOf(document.after, all);
    for (const [place, { field }] of all.entries()) this.updateField(field, document.id, { before: before[place] ?? [], after: after[place] ?? [] });
    this.keep(key, document.after === null ? undefined : after);
  }

  /** Work of a transaction was taken back. */
  forget(): void {
    this.known.clear();
  }

  private keep(key: string, values: Values[] | undefined): void {
    this.known.delete(key);
    if (values) this.known.set(key, values);
    if (this.known.size > mostKnown) this.known.delete(this.known.keys().next().value!);
  }

  private updateField(field: number, id: string, values: Record<'before' | 'after', Values>): void {
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

function valuesOf(body: string, fields: readonly IndexedField[]): Values[] {
  const document: unknown = JSON.parse(body);
  return fields.map(({ path }) => valuesAt(document, path));
}
