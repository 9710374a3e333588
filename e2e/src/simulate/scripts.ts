import { type AnyScript, defineScript, sh, verbatim } from '@edge/script';
import { z } from 'zod';

const config = z.object({ label: z.string() });

/** Three steps on every host, one after the other, with a policy of its own for `lost`; whatever happens, it tidies up. */
function steps(edition: string): AnyScript {
  return defineScript({
    name: 'steps', about: 'For the simulator.', config,
    actions: {
      async deploy({ config: { label }, rollOut, sleep, http }) {
        await rollOut(async (batch) => {
          try {
            await batch.run('stop', verbatim(`${edition} stop ${label}`), { onLost: 'retry', within: '5m' });
            await http({ url: 'http://files/artifact', within: '30s' });
            await batch.run('install', verbatim(`${edition} install ${label}`), { onLost: { verify: verbatim(`${edition} verify ${label}`) } });
            await sleep('20s');
            await batch.run('start', verbatim(`${edition} start ${label}`));
            batch.runsNow();
          } finally {
            await batch.run('tidy', verbatim(`${edition} tidy ${label}`), { onFailure: 'keep', onLost: 'retry' });
          }
        }, { order: 'one-by-one', onFailure: 'go-on' });
      },
    },
  });
}

/** What it does next depends on the order in which hosts answered, on the time and on chance. */
function race(edition: string): AnyScript {
  return defineScript({
    name: 'race', about: 'For the simulator.', config,
    actions: {
      async deploy({ config: { label }, rollOut, now, random }) {
        const order: string[] = [];
        await rollOut(async (batch) => {
          await Promise.all(batch.hosts.map(async (host) => {
            await batch.run('first', (other) => (other === host ? verbatim(`${edition} first ${label}`) : undefined), { onLost: 'retry', onFailure: 'keep' });
            order.push(`${host.name}@${String(await now())}`);
          }));
          await batch.run('second', verbatim(`${edition} second ${label} ${order.join(' ')} ${String(await random())}`), { onLost: 'retry' });
          batch.runsNow();
        }, { order: 'at-once' });
      },
    },
  });
}

/** Asks people twice: one answer must not serve for both questions. */
function careful(edition: string): AnyScript {
  return defineScript({
    name: 'careful', about: 'For the simulator.', config,
    actions: {
      async deploy({ config: { label }, rollOut, approval, sleep }) {
        const first = await approval('First: go on?');
        await sleep('3s');
        const second = await approval('Second: go on?', { within: '30m' });
        await rollOut(async (batch) => {
          await batch.run('act', verbatim(`${edition} act ${label} ${String(first)} ${String(second)}`), { onLost: 'retry' });
          batch.runsNow();
        }, { order: 'at-once' });
      },
    },
  });
}

/** Breaks the rule that scripts live by: it remembers outside the journal how often it ran, and does something else each time. */
function treacherous(runs: Map<string, number>): AnyScript {
  return defineScript({
    name: 'treacherous', about: 'For the simulator.', config,
    actions: {
      async deploy({ action, config: { label }, rollOut, sleep }) {
        const run = (runs.get(action) ?? 0) + 1;
        runs.set(action, run);
        await rollOut(async (batch) => {
          await batch.run('act', verbatim(`run ${run} of ${label}`), { onLost: 'retry' });
          await sleep('1m');
          await batch.run('again', sh`true`, { onLost: 'retry' });
        }, { order: 'at-once' });
      },
    },
  });
}

/** Hosts behind a load balancer: out, stopped, changed, started, in again; with a canary only as far as verdicts allow. */
function pooled(name: string, edition: string): AnyScript {
  return defineScript({
    name, about: 'For the simulator.', config,
    actions: {
      async deploy({ config: { label }, rollOut, pool }) {
        await rollOut(async (batch) => {
          const does = (step: string) => ({ text: verbatim(`${edition} ${step} ${label}`), onLost: 'retry' as const });
          const app = batch.application({ stop: does('stop'), start: does('start') });
          await pool.takeOut(batch);
          await app.stop();
          await app.change(async () => { await batch.run('swap', verbatim(`${edition} swap ${label}`), { onLost: 'retry' }); });
          await app.start();
          await pool.putBack(batch);
          batch.runsNow();
        });
      },
    },
  });
}

export const plainScripts = ['steps', 'race', 'careful', 'treacherous'] as const;
export const pooledScripts = ['pooled', 'canary'] as const;
export const pooledHosts = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
/** Projects whose hosts share one pool. */
export const poolProjects: Record<(typeof pooledScripts)[number], Record<'one' | 'two', string[]>> = {
  pooled: { one: ['p1', 'p2', 'p3'], two: ['p4', 'p5'] },
  canary: { one: ['p1', 'p2', 'p6'], two: ['p3', 'p4', 'p5'] },
};
export const scriptNames = [...plainScripts, ...pooledScripts] as const;
export type ScriptName = (typeof scriptNames)[number];

/** The scripts of a simulated world; `edition` is what an upgrade changes. */
export function scriptsOf(edition: string, runs: Map<string, number>): Record<ScriptName, AnyScript> {
  return { steps: steps(edition), race: race(edition), careful: careful(edition), treacherous: treacherous(runs), pooled: pooled('pooled', edition), canary: pooled('canary', edition) };
}
