import { randomUUID } from 'node:crypto';
import { type ActionDocument, type JournalRecord, newId, type Signed, topics } from '@edge/contracts';
import type { CommandResultPayload, Envelope, RunCommandPayload } from '@edge/contracts/messages';
import { createKeyring, defaultLimits, generateKey, Runtime } from '@edge/engine';
import { SystemClock } from '@edge/nest';
import type { BusRecord, ScriptBundle } from '@edge/ports';
import { WorkerScriptHost } from '@edge/script-host';
import { openSqlite, type SqliteStores } from '@edge/sqlite';

interface Plan { bundle: ScriptBundle; hosts: number; steps: number }

/** One action on many hosts that answer after a moment, in the hands of a real runtime that can be replaced by another. */
export class ManyHosts {
  private readonly clock = new SystemClock();
  private readonly keyring = ownKeyring();
  private readonly scripts = new WorkerScriptHost();
  private readonly action = newId(Date.now());
  private runtime: Runtime;
  private answered = 0;
  /** Sent, and held back. */
  private held: RunCommandPayload | undefined;
  private looks: () => void = () => undefined;

  private constructor(private readonly stores: SqliteStores, private readonly plan: Plan) {
    this.runtime = this.newRuntime();
  }

  static async open(folder: string, plan: Plan): Promise<ManyHosts> {
    const hosts = new ManyHosts(await openSqlite({ folder }), plan);
    await hosts.stores.bus.ensureTopics([topics.actions, topics.commands, topics.events]);
    await hosts.stores.documents.write([{ collection: 'actions', id: hosts.action, document: hosts.document(), ifVersion: 0 }]);
    return hosts;
  }

  /** Resolves when every command but one is answered, and that one is sent. */
  async runUntilOneIsLeft(): Promise<void> {
    await this.runtime.handle(this.envelope('edge.action.requested.v1', { action: this.action }));
    await this.until(() => this.held !== undefined && this.answered === this.plan.hosts * this.plan.steps - 1);
  }

  /** The runtime is gone; another takes the action over. Resolves when it has sent the open command again. */
  async takeOver(): Promise<void> {
    await this.runtime.stop();
    this.held = undefined;
    this.runtime = this.newRuntime();
    await this.runtime.adopt([this.action]);
    await this.until(() => this.held !== undefined);
  }

  /** Resolves when the action has ended. */
  async answerTheLast(): Promise<void> {
    await this.answer(this.held!);
    await this.until(() => this.ended);
  }

  records(): Promise<JournalRecord[]> {
    return this.stores.journal.read(this.action);
  }

  async close(): Promise<void> {
    await this.runtime.stop();
    await this.scripts.close();
    await this.stores.close();
  }

  private ended = false;

  private until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.looks = () => { if (holds()) resolve(); };
      this.looks();
    });
  }

  private newRuntime(): Runtime {
    const { journal, documents, bus } = this.stores;
    return new Runtime({
      journal, documents, scriptHost: this.scripts, clock: this.clock, keyring: this.keyring, owner: 'bench', newToken: () => randomUUID(), limits: defaultLimits, bundle: async () => this.plan.bundle,
      effects: { perform: async () => { throw new Error('Nothing is called here.'); } }, mayStart: async () => undefined, ended: async () => this.end(), note: (facts, text) => console.error(text, facts),
      publish: async (records) => {
        await bus.publish(records);
        this.sent(records);
      },
    });
  }

  private end(): void {
    this.ended = true;
    this.looks();
  }

  private sent(records: BusRecord[]): void {
    for (const { topic, value } of records) {
      if (topic !== topics.commands.name) continue;
      const command = this.keyring.verify<RunCommandPayload>('command', (JSON.parse(value) as { signed: Signed }).signed);
      if (!command) throw new Error('A command is not signed.');
      if (command.host.name === 'web-0' && command.step === `step ${this.plan.steps}`) this.held = command;
      else setTimeout(() => void this.answer(command), 5 + Math.random() * 20);
    }
    this.looks();
  }

  private async answer({ action, command, key, attempt, host }: RunCommandPayload): Promise<void> {
    const payload: CommandResultPayload = { action, command, key, attempt, host: host.name, executor: 'bench', result: { outcome: 'exited', cause: 'exit', code: 0 } };
    await this.runtime.handle(this.envelope('edge.command.finished.v1', { action, command, signed: this.keyring.sign('result', payload) }));
    this.answered += 1;
    this.looks();
  }

  private envelope(type: string, data: object): Envelope {
    return { id: '', type, source: 'bench', time: '', correlationid: this.action, data };
  }

  private document(): ActionDocument {
    const { hosts: count, steps, bundle } = this.plan;
    const names = Array.from({ length: count }, (_, n) => `web-${n}`);
    const hosts = names.map((name) => ({ name, zone: 'one', pools: [], spaces: ['bench'] }));
    const [now, space, project, type] = [new Date(), 'bench', 'project', 'restart'];
    const acceptedAt = now.toISOString();
    const grant = { action: this.action, actor: 'user:bench', space, project, type, hosts: names, script: bundle.sha, configHash: '', issuedAt: acceptedAt, expiresAt: new Date(now.getTime() + 86_400_000).toISOString() };
    return {
      id: this.action, space, project, environment: 'plain', type, actor: { subject: 'user:bench', name: 'bench', interactive: false }, acceptedAt, countdownSeconds: 0, startWithinMs: 60_000, onBusy: 'queue', needsApproval: false,
      hosts: names, requestHash: '', grant: this.keyring.sign('grant', grant), projection: { status: 'accepted', seq: -1, at: acceptedAt, ended: false },
      snapshot: { script: { name: bundle.name, sha: bundle.sha }, config: {}, values: { steps }, hosts, zones: ['one'], zoneOrder: 'parallel', pools: [], artifactServers: {}, allowEmptyPool: true, policyVersion: '', from: {}, to: 'v1' },
    };
  }
}

function ownKeyring() {
  const keys = { command: generateKey(), result: generateKey(), grant: generateKey(), signal: generateKey() };
  return createKeyring({ sign: keys, trust: Object.fromEntries(Object.entries(keys).map(([audience, key]) => [audience, [key]])) });
}
