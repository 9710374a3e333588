import type { Database } from './database.js';
import { mongoFailure } from './mongo-failure.js';

const patienceMs = 3000;

/** Whether the server answers and takes writes, in a few seconds at most. */
export async function mongoHealth(database: Database): Promise<{ ok: boolean; detail: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ok: boolean; detail: string }>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: `MongoDB did not answer within ${patienceMs} ms.` }), patienceMs);
  });
  const answer = await Promise.race([ask(database), late]);
  clearTimeout(timer);
  return answer;
}

async function ask(database: Database): Promise<{ ok: boolean; detail: string }> {
  try {
    const { isWritablePrimary, setName } = await database.admin().command({ hello: 1 });
    if (!isWritablePrimary) return { ok: false, detail: 'MongoDB has no server that takes writes.' };
    return { ok: true, detail: setName ? `MongoDB, replica set ${String(setName)}` : 'MongoDB, a single server' };
  } catch (error) {
    return { ok: false, detail: mongoFailure(error).detail };
  }
}
