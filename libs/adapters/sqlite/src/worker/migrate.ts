import type { DatabaseSync } from 'node:sqlite';
import { StoreFailure } from './failures.js';

/**
 * Brings a database to the newest schema, one numbered step after the other, each in a transaction of its own.
 * The number of steps done is the file's `user_version`; a step that was released is never changed.
 */
export function migrate(database: DatabaseSync, file: string, steps: readonly string[]): void {
  const { user_version: at } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (at > steps.length) {
    throw new StoreFailure({
      kind: 'unavailable',
      detail: `${file} has schema ${at}, this Edge knows ${steps.length}: a newer Edge wrote it. Start that version again, or restore the backup made before the upgrade.`,
    });
  }
  for (let step = at; step < steps.length; step += 1) database.exec(`BEGIN; ${steps[step]}; PRAGMA user_version = ${step + 1}; COMMIT`);
}
