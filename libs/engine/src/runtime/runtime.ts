import { type ActionDocument, isEnd } from '@edge/contracts';
import type { CommandFinished, CommandResultPayload, CommandsRunning, Envelope, SignalPayload, SignalSent } from '@edge/contracts/messages';
import { ActionJournal } from './action-journal.js';
import { factRecords } from './fact-records.js';
import { HeldLocks } from './held-locks.js';
import { ListedStatus } from './listed-status.js';
import { Fenced, persistently, Released } from './persistently.js';
import { recordVersions, versionsSaid } from './record-version.js';
import { RunningAction } from './running-action.js';
import type { RuntimeDeps } from './runtime-deps.js';
import type { Surroundings } from './surroundings.js';
import { untoldRecords } from './untold-records.js';

const claimedAtOnce = 32;

/** Owns actions: claims them in their journals, replays, goes on, and ends them. Who tries is decided elsewhere; who may, by the journal. */
export class Runtime {
  private readonly actions = new Map<string, Promise<RunningAction | undefined>>();
  /** Fenced a moment ago, and still ours to try as far as we know. */
  private readonly lost = new Map<string, () => void>();
  private readonly locks: HeldLocks;
  private readonly lists: ListedStatus;
  private stopped = false;
  private refused = 0;

  constructor(private readonly deps: RuntimeDeps) {
    this.locks = new HeldLocks(deps, () => this.wakeQueued());
    this.lists = new ListedStatus(deps);
  }

  /** Results and signals so far whose signature could not be believed. */
  refusedCount(): number {
    return this.refused;
  }

  /** One message of `edge.actions`; resolves when what it says is journaled or superfluous. A rejection asks for the message again. */
  async handle(envelope: Envelope): Promise<void> {
    const { action } = envelope.data as { action: string };
    this.locks.beginSweeping();
    const running = await this.claimed(action);
    if (!running) return;
    if (envelope.type === 'edge.command.finished.v1') return this.commandFinished(running, envelope.data as CommandFinished);
    if (envelope.type === 'edge.command.running.v1') return running.heard((envelope.data as CommandsRunning).commands);
    if (envelope.type === 'edge.signal.sent.v1') return this.signalled(running, envelope.data as SignalSent);
  }

  /** Takes actions over: claim, replay, the same commands again, timers from their absolute times. Rejects when one could not be taken; the others are. */
  async adopt(actionIds: string[]): Promise<void> {
    const failures: unknown[] = [];
    this.locks.beginSweeping();
    for (let start = 0; start < actionIds.length; start += claimedAtOnce) {
      const claims = await Promise.allSettled(actionIds.slice(start, start + claimedAtOnce).map((id) => this.claimed(id)));
      failures.push(...claims.flatMap((claim) => (claim.status === 'rejected' ? [claim.reason as unknown] : [])));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Lets go of actions that are another owner's to try. */
  async release(isLost: (action: string) => boolean): Promise<void> {
    for (const [id, callOff] of this.lost) if (isLost(id)) callOff();
    const lost = [...this.actions].filter(([id]) => isLost(id)); // what is claimed from here on belongs to the next assignment
    for (const [id] of lost) this.actions.delete(id);
    await Promise.all(lost.map(async ([, claimed]) => (await claimed.catch(() => undefined))?.release())); // an action that could not be claimed has nothing to release
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.locks.stop();
    await this.release(() => true);
  }

  private claimed(id: string): Promise<RunningAction | undefined> {
    if (this.stopped) return Promise.reject(new Released());
    const known = this.actions.get(id);
    if (known) return known;
    this.lost.get(id)?.();
    const claimed: Promise<RunningAction | undefined> = this.claim(id).catch((error: unknown) => {
      this.forget(id, claimed);
      throw error;
    });
    this.actions.set(id, claimed);
    void claimed.then((running) => { if (!running) this.forget(id, claimed); }, () => undefined); // whoever asked hears of a failure
    return claimed;
  }

  private forget(id: string, claimed: Promise<unknown>): void {
    if (this.actions.get(id) === claimed) this.actions.delete(id);
  }

  private async claim(id: string): Promise<RunningAction | undefined> {
    const stored = await this.deps.documents.get<ActionDocument>('actions', id);
    if (!stored) this.deps.note({ action: id }, 'a message names an action that is not in the store');
    if (!stored || stored.document.projection.ended) return undefined;
    const { document } = stored;
    for (let untouched = document.projection.seq < 0; ; untouched = false) {
      const journal = new ActionJournal(document, this.deps.newToken(), this.deps);
      if (!untouched) journal.load(await this.deps.journal.read(id)); // where nobody has shown a status there is hardly a record: the fence tells
      await this.tellAgain(document, journal);
      if (isEnd(journal.fold.view.status)) {
        await this.settle(document, journal);
        return undefined;
      }
      if (!(await this.fence(journal))) continue;
      const running = new RunningAction(document, journal, this.deps, this.surroundings());
      running.begin();
      return running;
    }
  }

  /** False: somebody else wrote meanwhile. */
  private async fence(journal: ActionJournal): Promise<boolean> {
    try {
      await journal.append({ type: 'claim', owner: this.deps.owner });
      return true;
    } catch (error) {
      if (error instanceof Fenced) return false;
      throw error;
    }
  }

  private surroundings(): Surroundings {
    return {
      acquire: (document) => this.locks.acquire(document),
      ended: async ({ document, journal }) => {
        await this.settle(document, journal);
        this.actions.delete(document.id);
        await this.wakeQueued();
      },
      lost: ({ document }) => this.tryAgainLater(document.id),
      statusChanged: (action) => void this.lists.show(action),
    };
  }

  /** Who fenced us may be gone already: as long as nobody says that the action is another's to try, it is claimed again. */
  private tryAgainLater(id: string): void {
    this.actions.delete(id);
    if (this.stopped) return;
    const { clock, limits, note } = this.deps;
    const stop = clock.at(clock.now() + limits.reclaimMs, () => {
      this.lost.delete(id);
      this.claimed(id).catch((error: unknown) => {
        note({ action: id, error: String(error) }, 'an action could not be claimed again; trying again');
        if (!this.stopped) this.tryAgainLater(id);
      });
    });
    this.lost.set(id, () => {
      stop();
      this.lost.delete(id);
    });
  }

  /** Everything that follows an end, safe to do again: versions, locks, projection. The projection last: until then the action is taken up again after a crash. */
  private async settle(document: ActionDocument, journal: ActionJournal): Promise<void> {
    const { view } = journal.fold;
    const { id } = document;
    const last = journal.records.at(-1)?.seq ?? -1;
    await this.untilDone(id, 'what follows an end is not done', async () => {
      await recordVersions(this.deps.documents, versionsSaid(document, journal.records));
      await this.locks.release(id);
    });
    try {
      await this.deps.ended(document, view);
    } catch (error) {
      this.deps.note({ action: id, error: String(error) }, 'what others make of an end failed; the end stands');
    }
    await this.untilDone(id, 'the end is not shown in lists', () => this.lists.project(id, { status: view.status, seq: last, at: view.ended_at ?? view.accepted_at, ended: true }));
  }

  private untilDone<T>(action: string, fails: string, attempt: () => Promise<T>): Promise<T> {
    return persistently(attempt, { deps: this.deps, action, fails, over: () => this.stopped });
  }

  private async wakeQueued(): Promise<void> {
    for (const claimed of this.actions.values()) (await claimed.catch(() => undefined))?.lookForLocks(); // one that could not be claimed is not in the queue
  }

  /** A crash may have come between a record and its facts. Before the claim: what lies before a claim counts as told. */
  private async tellAgain(document: ActionDocument, journal: ActionJournal): Promise<void> {
    const facts = untoldRecords(journal.records).flatMap((record) => factRecords(document, record));
    if (facts.length > 0) await this.untilDone(document.id, 'the bus does not take facts', () => this.deps.publish(facts));
  }

  private async commandFinished(running: RunningAction, message: CommandFinished): Promise<void> {
    const payload = this.deps.keyring.verify<CommandResultPayload>('result', message.signed);
    if (!payload || payload.action !== running.document.id || payload.command !== message.command) {
      this.refused += 1;
      this.deps.note({ action: running.document.id, command: message.command }, 'refused a result that no known executor signed');
      return;
    }
    await running.commandFinished(payload.command, payload.result);
  }

  private async signalled(running: RunningAction, message: SignalSent): Promise<void> {
    const payload = this.deps.keyring.verify<SignalPayload>('signal', message.signed);
    if (!payload || payload.action !== running.document.id) {
      this.refused += 1;
      this.deps.note({ action: running.document.id }, 'refused a signal that no known gateway signed');
      return;
    }
    await running.signal(payload.signal);
  }
}
