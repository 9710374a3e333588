import type { JournalRecord } from '@edge/contracts';
import type { Journal } from '@edge/ports';

/**
 * Appends, and knows afterwards what happened. A rejection of the store says nothing: the record is read back by key and own token.
 * `mine`: it is there. `fenced`: somebody else wrote this place, so the action is theirs.
 * @throws what the store threw, when the place is still empty: not known to be written, and it may yet appear
 */
export async function appendRecord(journal: Journal, record: JournalRecord): Promise<'mine' | 'fenced'> {
  try {
    if ((await journal.append(record)) === 'appended') return 'mine';
  } catch (error) {
    const [found] = await journal.read(record.action, record.seq);
    if (!found) throw error;
    return found.writer === record.writer && found.hash === record.hash ? 'mine' : 'fenced';
  }
  const [found] = await journal.read(record.action, record.seq);
  return found?.writer === record.writer && found.hash === record.hash ? 'mine' : 'fenced';
}
