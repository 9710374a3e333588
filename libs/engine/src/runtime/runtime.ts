import { type ActionDocument, type ActionProjection, isEnd } from '@edge/contracts';
import type { CommandFinished, CommandResultPayload, CommandsRunning, Envelope, SignalPayload, SignalSent } from '@edge/contracts/messages';
import { LockTable } from '../locks/lock-table.js';
import { lockEntryOf } from '../locks/lock-entry-of.js';
import { ActionJournal, Fenced } from './action-journal.js';
import { factRecords } from './fact-records.js';
import { RunningAction, type Surroundings } from './running-action.js';
import type { RuntimeDeps } from './runtime-deps.js';

const projectionTries = 20;
const toldAgain = 2_000;

/** Owns actions: claims them in their journals, replays, goes on, and ends them. Who tries is decided elsewhere; who may, by the journal. */
export class Runtime {
  private readonly actions = new Map<string, Promise<RunningAction | undefined>>();
  private readonly locks: LockTable;
  private stopped = false;

  constructor(private readonly deps: RuntimeDeps) {
    this.locks = new LockTable(deps.documents);
  }

  /** One message of `edge.actions`; resolves when what it says is journaled or superfluous. */
  async handle(envelope: Envelope): Promise<void> {
    const { action } = envelope.data as { action: string };
    const running = await this.claimed(action);
    if (!running) return;
    if (envelope.type === 'edge.command.finished.v1') return this.commandFinished(running, envelope.data as CommandFinished);
    if (envelope.type === 'edge.command.running.v1') return running.heard((envelope.data as CommandsRunning).commands);
    if (envelope.type === 'edge.signal.sent.v1') return this.signalled(running, envelope.data as SignalSent);
  }

  /** Takes actions over: claim, replay, the same commands again, timers from their absolute times. */
  async adopt(actionIds: string[]): Promise<void> {
    for (const id of actionIds) await this.claimed(id);
  }

  /** Lets go of actions that are another owner's to try. */
  async release(isLost: (action: string) => boolean): Promise<void> {
    for (const [id, claimed] of this.actions) {
      if (!isLost(id)) continue;
      this.actions.delete(id);
      (await claimed.catch(() => undefined))?.release(); // an action that could not be claimed has nothing to release
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.release(() => true);
  }

  private claimed(id: string): Promise<RunningAction | undefined> {
    const known = this.actions.get(id);
    if (known) return known;
    const claimed = this.claim(id).catch((error: unknown) => {
      this.actions.delete(id);
      throw error;
    });
    this.actions.set(id, claimed);
    return claimed;
  }

  private async claim(id: string): Promise<RunningAction | undefined> {
    if (this.stopped) return undefined;
    const stored = await this.deps.documents.get<ActionDocument>('actions', id);
    if (!stored) {
      this.deps.note({ action: id }, 'a message names an action that is not in the store');
      this.actions.delete(id);
      return undefined;
    }
    if (stored.document.projection.ended) {
      this.actions.delete(id);
      return undefined;
    }
    for (;;) {
      const records = await this.deps.journal.read(id);
      const journal = new ActionJournal(stored.document, this.deps.newToken(), this.deps);
      journal.load(records);
      if (isEnd(journal.fold.view.status)) {
        await this.settle(stored.document, journal);
        this.actions.delete(id);
        return undefined;
      }
      try {
        await journal.append({ type: 'claim', owner: this.deps.owner });
      } catch (error) {
        if (error instanceof Fenced) continue;
        throw error;
      }
      await this.tellAgain(stored.document, journal);
      const running = new RunningAction(stored.document, journal, this.deps, this.surroundings());
      running.begin();
      return running;
    }
  }

  private surroundings(): Surroundings {
    return {
      acquire: (document) => this.locks.acquire(lockEntryOf(document)),
      ended: async (action) => {
        this.actions.delete(action.document.id);
        await this.settle(action.document, action.journal);
        await this.wakeQueued();
      },
      lost: (action) => void this.actions.delete(action.document.id),
      statusChanged: (action) => void this.showStatus(action),
    };
  }

  /** Everything that follows an end, safe to do again: locks, projection, versions. */
  private async settle(document: ActionDocument, journal: ActionJournal): Promise<void> {
    const { view } = journal.fold;
    await this.locks.release(document.id);
    try {
      await this.deps.ended(document, view);
    } catch (error) {
      this.deps.note({ action: document.id, error: String(error) }, 'what follows an end failed; the end stands');
    }
    await this.project(document.id, { status: view.status, seq: journal.records.at(-1)?.seq ?? -1, at: view.ended_at ?? view.accepted_at, ended: true });
  }

  private async wakeQueued(): Promise<void> {
    for (const claimed of this.actions.values()) (await claimed.catch(() => undefined))?.lookForLocks(); // one that could not be claimed is not in the queue
  }

  private async showStatus({ document, journal }: RunningAction): Promise<void> {
    const { status } = journal.fold.view;
    try {
      await this.project(document.id, { status, seq: journal.records.at(-1)!.seq, at: new Date(this.deps.clock.now()).toISOString(), ended: false });
    } catch (error) {
      this.deps.note({ action: document.id, error: String(error) }, 'the status for lists could not be stored; the next one will');
    }
  }

  /** The copy of the status for lists; older never overwrites newer. */
  async project(id: string, projection: ActionProjection): Promise<void> {
    for (let tries = 0; tries < projectionTries; tries++) {
      const stored = await this.deps.documents.get<ActionDocument>('actions', id);
      if (!stored || stored.document.projection.seq >= projection.seq) return;
      const document: ActionDocument = { ...stored.document, projection };
      if (!(await this.deps.documents.write([{ collection: 'actions', id, document, ifVersion: stored.version }]))) return;
    }
  }

  /** A crash may have come between a record and its facts. */
  private async tellAgain(document: ActionDocument, journal: ActionJournal): Promise<void> {
    const facts = journal.records.slice(-toldAgain).flatMap((record) => factRecords(document, record));
    if (facts.length > 0) await this.deps.publish(facts);
  }

  private async commandFinished(running: RunningAction, message: CommandFinished): Promise<void> {
    const payload = this.deps.keyring.verify<CommandResultPayload>('result', message.signed);
    if (!payload || payload.action !== running.document.id || payload.command !== message.command) {
      this.deps.note({ action: running.document.id, command: message.command }, 'refused a result that no known executor signed');
      return;
    }
    await running.commandFinished(payload.command, payload.result);
  }

  private async signalled(running: RunningAction, message: SignalSent): Promise<void> {
    const payload = this.deps.keyring.verify<SignalPayload>('signal', message.signed);
    if (!payload || payload.action !== running.document.id) {
      this.deps.note({ action: running.document.id }, 'refused a signal that no known gateway signed');
      return;
    }
    await running.signal(payload.signal);
  }
}
