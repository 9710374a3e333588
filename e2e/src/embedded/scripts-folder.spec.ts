import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';

const script = (name: string, about: string) => `import { defineScript } from '@edge/script';
import { z } from 'zod';
export default defineScript({ name: '${name}', about: '${about}', config: z.object({}), actions: { async restart({ say }) { say('here'); } } });
`;

describe('a folder of scripts', () => {
  let data: string;
  let edge: EdgeProcess;
  const put = (file: string, text: string) => writeFileSync(join(data, 'scripts', file), text);
  const about = async (name: string) => (await edge.client().get<{ about: string }>(`/api/v1/scripts/${name}`)).about;

  beforeAll(async () => {
    data = await demoFolder();
    mkdirSync(join(data, 'scripts'));
    put('mine.ts', script('mine', 'The first.'));
    put('other.ts', script('other', 'Another.'));
    edge = await new EdgeProcess({ data, env: { EDGE_SCRIPTS: join(data, 'scripts') } }).start();
  }, 60_000);
  afterAll(async () => {
    await edge.end();
    await removeFolder(data);
  });

  it('keeps nobody from starting by a bad file: what it stood for before stays, and the log says why', async () => {
    const shipped = await about('one-by-one');
    await edge.end();
    put('mine.ts', `throw new Error('half written');\n${script('mine', 'The second.')}`);
    put('other.ts', script('other', 'Another, later.'));
    put('one-by-one.ts', 'enum Types { has }\n');
    put('broken.ts', 'export default {{{\n');
    await edge.start();
    expect([await about('mine'), await about('other'), await about('one-by-one')]).toEqual(['The first.', 'Another, later.', shipped]);
    await expect(about('broken')).rejects.toMatchObject({ status: 404 });
    for (const [file, why] of [['mine.ts', /half written/], ['one-by-one.ts', /enum/], ['broken.ts', /broken/]] as const) {
      const said = edge.output.split('\n').filter((line) => line.includes('"file"') && line.includes(file));
      expect(said).toEqual([expect.stringMatching(why)]);
    }
  }, 60_000);
});
