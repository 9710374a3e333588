import { describe, expect, it } from '@jest/globals';
import type { JournalRecord } from '@edge/contracts';
import { MemoryJournal } from '@edge/testing/world';
import { appendRecord } from './append-record.js';
import { brokenRecord, buildRecord } from './build-record.js';

const recordBy = (writer: string, head?: JournalRecord) => buildRecord({ type: 'claim', owner: writer }, { action: 'a', head, at: 1, writer });

/** A journal whose answer to the next append gets lost, before or after the record is there. */
class Forgetful extends MemoryJournal {
  constructor(private readonly lose: 'before' | 'after') {
    super();
  }

  override async append(record: JournalRecord): Promise<'appended' | 'taken'> {
    if (this.lose === 'before') throw new Error('No answer.');
    await super.append(record);
    throw new Error('No answer.');
  }
}

describe('appendRecord', () => {
  it('says whose a place is', async () => {
    const journal = new MemoryJournal();
    const mine = recordBy('me');
    expect([await appendRecord(journal, mine), await appendRecord(journal, mine), await appendRecord(journal, recordBy('other'))]).toEqual(['mine', 'mine', 'fenced']);
  });

  it('reads back what became of an append whose answer was lost', async () => {
    expect(await appendRecord(new Forgetful('after'), recordBy('me'))).toBe('mine');
    const taken = new Forgetful('after');
    taken.appendNow(recordBy('other'));
    expect(await appendRecord(taken, recordBy('me'))).toBe('fenced');
  });

  it('lets the error out when the place is still empty: nobody knows', async () => {
    await expect(appendRecord(new Forgetful('before'), recordBy('me'))).rejects.toThrow('No answer.');
  });
});

describe('buildRecord', () => {
  it('makes a chain in which every change shows', () => {
    const first = recordBy('me');
    const second = recordBy('me', first);
    expect(brokenRecord([first, second])).toBeUndefined();
    expect(brokenRecord([first, { ...second, at: 2 }])).toEqual({ ...second, at: 2 });
    expect(brokenRecord([{ ...first, writer: 'other' }, second])?.seq).toBe(0);
    expect(brokenRecord([second])?.seq).toBe(1);
  });
});
