/** Numbered migrations of edge.db: documents with their indexed fields, journal, bus. */
export const edgeSchema: readonly string[] = [
  `
  CREATE TABLE documents (collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, id));
  CREATE TABLE fields (field INTEGER PRIMARY KEY, collection TEXT NOT NULL, path TEXT NOT NULL, UNIQUE (collection, path));
  CREATE TABLE field_values (field INTEGER NOT NULL, value NOT NULL, id TEXT NOT NULL, PRIMARY KEY (field, value, id)) WITHOUT ROWID;
  CREATE INDEX field_values_by_id ON field_values (field, id, value);

  CREATE TABLE journal (action TEXT NOT NULL, seq INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (action, seq)) WITHOUT ROWID;

  CREATE TABLE topics (topic INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_ms INTEGER NOT NULL);
  CREATE TABLE records (
    offset INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, partition INTEGER NOT NULL, at INTEGER NOT NULL,
    key TEXT NOT NULL, headers TEXT NOT NULL, value TEXT NOT NULL);
  CREATE INDEX records_by_partition ON records (topic, partition, offset);
  CREATE TABLE positions (
    reader TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    PRIMARY KEY (reader, topic, partition)) WITHOUT ROWID;

  CREATE TABLE probe (one INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  `,
];
