/**
 * Numbered migrations of log.db. Lines are small rows: what all lines of a command share lies in `commands`, what all of an action share in
 * `actions`, whose lines lie between `first_line` and `last_line` (and there among others): a search of one action asks the word index for that range only.
 */
export const logSchema: readonly string[] = [
  `
  CREATE TABLE actions (
    action INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL, space TEXT NOT NULL, project TEXT NOT NULL, type TEXT NOT NULL, actor TEXT NOT NULL,
    first_line INTEGER, last_line INTEGER);
  CREATE TABLE commands (command INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, action INTEGER NOT NULL, host TEXT NOT NULL, step TEXT NOT NULL);
  CREATE INDEX commands_by_action ON commands (action);
  CREATE TABLE lines (line INTEGER PRIMARY KEY, command INTEGER NOT NULL, stream INTEGER NOT NULL, offset INTEGER NOT NULL, action INTEGER NOT NULL, at INTEGER NOT NULL, newline INTEGER NOT NULL, text TEXT NOT NULL, more TEXT);
  CREATE UNIQUE INDEX lines_once ON lines (command, stream, offset);
  CREATE INDEX lines_by_time ON lines (action, at);
  CREATE VIRTUAL TABLE words USING fts5(text, content = 'lines', content_rowid = 'line', tokenize = 'unicode61 remove_diacritics 2', detail = none);

  CREATE TABLE summaries (
    summary INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, action INTEGER NOT NULL, at INTEGER NOT NULL,
    host TEXT NOT NULL, step TEXT NOT NULL, level TEXT NOT NULL, body TEXT NOT NULL);
  CREATE INDEX summaries_by_time ON summaries (action, at, id);
  CREATE VIRTUAL TABLE summary_words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', detail = none);

  CREATE TABLE probe (one INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  `,
];
