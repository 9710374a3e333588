import { expect, it } from '@jest/globals';
import type { Documents } from '@edge/ports';
import { documentsQueries } from './documents-queries.js';
import { type ContractOptions, contractSuite, type Factory, freshName } from './suite.js';

/** What every store of documents promises. */
export function documentsContract(name: string, make: Factory<Documents>, options: ContractOptions = {}): void {
  contractSuite(`Documents: ${name}`, make, {
    options,
    tests: (documents) => {
      versions(documents);
      races(documents);
      documentsQueries(documents);
    },
  });
}

function versions(documents: () => Documents): void {
  it('answers nothing for what is not there', async () => {
    expect(await documents().get('system', freshName('none'))).toBeUndefined();
  });

  it('counts versions from 1, one per write', async () => {
    const id = freshName('version');
    await documents().write([{ collection: 'system', id, document: { n: 1 } }]);
    expect(await documents().get('system', id)).toEqual({ id, version: 1, document: { n: 1 } });
    await documents().write([{ collection: 'system', id, document: { n: 2 } }]);
    expect(await documents().get('system', id)).toEqual({ id, version: 2, document: { n: 2 } });
  });

  it('creates with version 0 only what does not exist', async () => {
    const write = { collection: 'system', id: freshName('create'), document: { by: 'first' }, ifVersion: 0 };
    expect(await documents().write([write])).toBeUndefined();
    expect(await documents().write([{ ...write, document: { by: 'second' } }])).toEqual({ ...write, document: { by: 'second' } });
    expect((await documents().get('system', write.id))?.document).toEqual({ by: 'first' });
  });

  it('writes at the version that was read, and at no other', async () => {
    const id = freshName('cas');
    await documents().write([{ collection: 'system', id, document: { n: 1 } }]);
    expect(await documents().write([{ collection: 'system', id, document: { n: 9 }, ifVersion: 2 }])).toEqual({ collection: 'system', id, document: { n: 9 }, ifVersion: 2 });
    expect(await documents().write([{ collection: 'system', id, document: { n: 2 }, ifVersion: 1 }])).toBeUndefined();
    expect(await documents().get('system', id)).toEqual({ id, version: 2, document: { n: 2 } });
  });

  it('writes all or nothing, over several collections', async () => {
    const [one, two] = [freshName('one'), freshName('two')];
    await documents().write([{ collection: 'locks', id: two, document: { holder: 'a' } }]);
    const refused = { collection: 'locks', id: two, document: { holder: 'b' }, ifVersion: 7 };
    expect(await documents().write([{ collection: 'system', id: one, document: {} }, refused])).toEqual(refused);
    expect(await documents().get('system', one)).toBeUndefined();
    expect(await documents().write([{ collection: 'system', id: one, document: {} }, { ...refused, ifVersion: 1 }])).toBeUndefined();
    expect([await documents().get('system', one), await documents().get('locks', two)]).toEqual([{ id: one, version: 1, document: {} }, { id: two, version: 2, document: { holder: 'b' } }]);
  });

  it('deletes by null, at a version if asked, and lets it be made again', async () => {
    const id = freshName('delete');
    await documents().write([{ collection: 'system', id, document: {} }]);
    expect(await documents().write([{ collection: 'system', id, document: null, ifVersion: 5 }])).toMatchObject({ id, ifVersion: 5 });
    expect(await documents().write([{ collection: 'system', id, document: null, ifVersion: 1 }])).toBeUndefined();
    expect(await documents().get('system', id)).toBeUndefined();
    expect(await documents().write([{ collection: 'system', id, document: { again: true }, ifVersion: 0 }])).toBeUndefined();
  });

  it('gives back any JSON unchanged, whatever its keys', async () => {
    const id = freshName('json');
    const document = { $merge: { 'a.b': { $secret: 'x' } }, list: [null, true, -1.5, 'ü✓\u2028', [], {}], 'k.$': '', _id: 'own', id: 'other', deep: { $required: 'why' } };
    await documents().write([{ collection: 'system', id, document }]);
    expect(await documents().get('system', id)).toEqual({ id, version: 1, document });
  });

  it('takes a document of 1 MB', async () => {
    const id = freshName('large');
    await documents().write([{ collection: 'system', id, document: { text: 'x'.repeat(1_000_000) } }]);
    expect((await documents().get<{ text: string }>('system', id))?.document.text).toHaveLength(1_000_000);
  });

  it('says that it is well', async () => {
    expect(await documents().health()).toEqual({ ok: true, detail: expect.any(String) });
  });
}

function races(documents: () => Documents): void {
  it('lets exactly one of many create', async () => {
    const id = freshName('creators');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, by) => documents().write([{ collection: 'system', id, document: { by }, ifVersion: 0 }])));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect((await documents().get('system', id))?.document).toEqual({ by: answers.indexOf(undefined) });
  });

  it('loses no increment of many who compare and swap', async () => {
    const id = freshName('counter');
    await documents().write([{ collection: 'locks', id, document: { count: 0 } }]);
    const increment = async (): Promise<void> => {
      for (;;) {
        const read = await documents().get<{ count: number }>('locks', id);
        const refused = await documents().write([{ collection: 'locks', id, document: { count: (read?.document.count ?? 0) + 1 }, ifVersion: read?.version ?? 0 }]);
        if (!refused) return;
      }
    };
    await Promise.all(Array.from({ length: 8 }, increment));
    expect(await documents().get('locks', id)).toEqual({ id, version: 9, document: { count: 8 } });
  });
}
