import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { topics } from '@edge/contracts';
import { HostKeyChanged } from '@edge/contracts/messages';
import { toRecord } from '@edge/nest';
import { Bus, Clock, type HostKeyChange, HostKeyWatch, type OfferedKey } from '@edge/ports';
import { isSameChange, type PendingKey, PendingKeys, prints } from './pending-keys.js';

/** So long another process may be about to tell a change that it kept. */
const tellingMs = 60_000;

/** Keeps changed host keys for approval, and tells each change once on `edge.events`, however often and by however many processes it is seen. */
@Injectable()
export class HostKeyChanges extends HostKeyWatch {
  constructor(private readonly pending: PendingKeys, private readonly bus: Bus, private readonly clock: Clock) {
    super();
  }

  async changed(change: HostKeyChange): Promise<void> {
    const found = await this.pending.found(change.host);
    const known = found && isSameChange(found.document, change) ? found.document : undefined;
    if (known && (known.told || this.clock.now() - Date.parse(known.since) < tellingMs)) return;
    const kept: PendingKey = { ...change, state: 'pending', since: known?.since ?? new Date(this.clock.now()).toISOString(), told: false };
    if (!(await this.pending.keep(kept, found?.version ?? 0))) return;
    await this.tell(kept);
    const version = (await this.pending.found(change.host))?.version;
    if (version !== undefined) await this.pending.keep({ ...kept, told: true }, version);
  }

  private async tell(pending: PendingKey): Promise<void> {
    const { host, offered, known, since } = pending;
    const id = `host-key:${createHash('sha256').update(`${host} ${prints(pending)} ${since}`).digest('hex').slice(0, 32)}`;
    const message = Object.assign(new HostKeyChanged(), { at: since, actor: 'edge', data: { host, offered: compared(offered), known: known.map(compared) } });
    await this.bus.publish([toRecord(topics.events.name, host, message, { correlationId: `host/${host}`, source: 'edge/config', id })]);
  }
}

function compared({ type, fingerprint }: OfferedKey): Pick<OfferedKey, 'type' | 'fingerprint'> {
  return { type, fingerprint };
}
