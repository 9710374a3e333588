import { describe, expect, it } from '@jest/globals';
import { defineScript, sh } from '@edge/script';
import { type HostAnswer, type Simulation, type SimulationResult, simulateScript } from '@edge/testing/script';
import fc from 'fast-check';
import { z } from 'zod';

const script = defineScript({
  name: 'changing', about: 'A test.', config: z.object({}).loose(),
  actions: {
    async deploy({ rollOut }) {
      await rollOut(async (batch) => {
        const app = batch.application({ stop: { text: sh`stop` }, start: { text: sh`start` } });
        await app.stop();
        await batch.run('fetch', sh`fetch`);
        await app.change(async () => {
          await batch.run('clear', sh`clear`);
          await batch.run('unpack', sh`unpack`);
        });
        await app.start();
        batch.runsNow();
      }, { order: 'at-once', onFailure: 'go-on' });
    },
  },
});

type Command = Parameters<NonNullable<Simulation['onCommand']>>[0];
const names = ['h1', 'h2', 'h3'];
const play = (onCommand: (command: Command) => HostAnswer, more: Partial<Simulation> = {}): Promise<SimulationResult> =>
  simulateScript({ script, type: 'deploy', version: 'v2', config: {}, hosts: Object.fromEntries(names.map((name) => [name, { zone: 'Z', runs: 'v1' }])), onCommand, ...more });
const failing = (host: string, step: string) => (command: Command): HostAnswer => (command.host === host && command.step === step ? { code: 1 } : undefined);
const stepsOn = ({ commands }: SimulationResult, on: string) => commands.filter(({ host }) => host === on).map(({ step }) => step);
const live = ({ notes }: SimulationResult) => notes.flatMap((note) => (note.event === 'version-live' ? [note.host] : []));

/** Hosts with an application, as their commands leave them; what a cancellation kills may have done its work or not. */
class Applications {
  readonly up = new Set(names);
  readonly holds = new Map(names.map((name) => [name, 'former']));
  readonly wronglyStarted: string[] = [];

  does({ host, step }: Command, done: boolean): void {
    const holds = this.holds.get(host)!;
    if (step === 'stop' && done) this.up.delete(host);
    if (step === 'clear') this.holds.set(host, 'nothing');
    if (step === 'unpack' && done) this.holds.set(host, 'new');
    if (step.startsWith('start') && holds === 'nothing') this.wronglyStarted.push(host);
    if (step.startsWith('start') && done) this.up.add(host);
  }
}

describe('the application on the hosts of a batch', () => {
  it('is started again, as it was, on a host that fails before its change begins', async () => {
    const played = await play(failing('h2', 'fetch'));
    expect(stepsOn(played, 'h2')).toEqual(['stop', 'fetch', 'start again']);
    expect([played.failed['h2'], live(played)]).toEqual(['fetch: the command exited with code 1.', ['h1', 'h3']]);
    expect(played.notes).toContainEqual(expect.objectContaining({ event: 'message', host: 'h2', text: 'Its application was started again, as it was before.' }));
  });

  it('is not begun by a command that is given no time', async () => {
    for (const within of [0, '40d']) {
      const timeless = defineScript({ name: 'timeless', about: 'A test.', config: z.object({}).loose(), actions: { async deploy({ rollOut }) { await rollOut(async (batch) => { await batch.run('stop', sh`stop`, { within }); }); } } });
      const { end, commands } = await play(() => undefined, { script: timeless });
      expect([end.ok ? '' : end.error.message, commands]).toEqual([expect.stringMatching(/^RangeError: "within" of a command is .*: say more than nothing and at most "7d"\.$/), []]);
    }
  });

  it('stays down where its change failed, and the host says so with the remedy', async () => {
    const played = await play(failing('h2', 'unpack'));
    expect(stepsOn(played, 'h2')).toEqual(['stop', 'fetch', 'clear', 'unpack']);
    expect(played.failed['h2']).toBe('unpack: the command exited with code 1. Its application is down: it was stopped, and what was to replace it is not complete. Run the action again on this host, or roll it back.');
  });

  it('says that it is down where it cannot be started again', async () => {
    const played = await play((command) => (command.host === 'h2' && ['fetch', 'start again'].includes(command.step) ? { code: 3 } : undefined));
    expect(played.failed['h2']).toBe('fetch: the command exited with code 3. Its application is down: start again: the command exited with code 3. Start it by hand, or run the action again on this host.');
  });

  it('is started with the new version when a cancellation comes after the change', async () => {
    const played = await play(({ step }) => (step === 'start' ? { outcome: 'cancelled', cause: 'cancelled' } : undefined), { cancelAfter: 12 });
    expect(names.map((name) => stepsOn(played, name).at(-1))).toEqual(['start again', 'start again', 'start again']);
    expect([played.end.ok, live(played), played.failed]).toEqual([false, names, {}]);
  });

  it('is told to be in doubt where the end of its stop could not be proven', async () => {
    let told = 0;
    const played = await play(() => (++told > 1 ? { outcome: 'cancelled', cause: 'cancel-unconfirmed' } : undefined), { cancelAfter: 1 });
    expect(played.failed['h2']).toContain('It is not known whether its application runs: "stop" was told to stop');
    expect(stepsOn(played, 'h2')).toEqual(['stop']);
  });

  it('never stays stopped in silence, wherever the action is cancelled or a step fails, and is never started half', () => fc.assert(fc.asyncProperty(
    fc.record({ cancelAfter: fc.integer({ min: -1, max: 18 }), bad: fc.array(fc.record({ host: fc.constantFrom(...names), step: fc.constantFrom('stop', 'fetch', 'clear', 'unpack', 'start', 'start again') }), { maxLength: 2 }), coins: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), order: fc.array(fc.nat(20), { minLength: 5, maxLength: 5 }) }),
    async ({ cancelAfter, bad, coins, order }) => {
      const hosts = new Applications();
      let answered = 0;
      const played = await play((command) => {
        const n = answered++;
        const killed = cancelAfter >= 0 && n >= cancelAfter && command.step !== 'start again';
        const failed = bad.some(({ host, step }) => host === command.host && step === command.step);
        hosts.does(command, killed ? coins[n % coins.length]! : !failed);
        return killed ? { outcome: 'cancelled', cause: 'cancelled' } : failed ? { code: 1 } : undefined;
      }, { pick: (count) => order[answered % order.length]! % count, ...(cancelAfter >= 0 ? { cancelAfter } : {}) });
      expect(hosts.wronglyStarted).toEqual([]);
      for (const name of names.filter((each) => !hosts.up.has(each))) expect(played.failed[name]).toMatch(/is down|^start: /);
      for (const name of live(played)) expect(hosts.holds.get(name)).toBe('new');
    },
  ), { numRuns: 500 }));
});
