import { Body, Controller, Optional, Param } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { causes, errors, type HostDocument, type HostResult, succeeded } from '@edge/contracts';
import { HostBody, HostKeysBody } from '@edge/contracts/messages';
import { checked, Handles } from '@edge/nest';
import { HostReach, type OfferedKey, type ShellHost } from '@edge/ports';
import { PendingKeys } from '../host-keys/pending-keys.js';
import { DocumentsOf, type Exchange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

interface ShownHostKeys { host: string; enrolled: OfferedKey[]; offered: OfferedKey[]; pending?: { offered: OfferedKey; known: OfferedKey[]; since: string }; problem?: string }

/** Trust in hosts: their keys, whether Edge reaches them, and what it left there. */
@Controller()
export class HostKeysController {
  constructor(private readonly documents: DocumentsOf, private readonly pending: PendingKeys, @Optional() private readonly reach?: HostReach) {}

  @Handles('showHostKeys')
  async keys(@Param('host') name: string): Promise<ShownHostKeys> {
    const host = await this.found(name);
    const pending = await this.pending.of(name);
    const enrolled = (host.keys ?? []).map((key) => ({ type: key.split(' ', 1)[0] ?? '', key, fingerprint: fingerprintOf(key) }));
    const { offered, problem } = await this.reached().offeredKeys(addressOf(host));
    return { host: name, enrolled, offered, ...(pending ? { pending: { offered: pending.offered, known: pending.known, since: pending.since } } : {}), ...(problem ? { problem } : {}) };
  }

  @Handles('enrolHostKeys')
  async enrol(@Param('host') name: string, @Body() { keys }: HostKeysBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Host'>> {
    const { version, document } = await this.documents.found('Host', { name });
    checked(HostBody, { spaces: document.document.spaces, keys });
    const stored = await this.documents.write('Host', { key: { name }, document: { ...document.document, keys: [...new Set(keys)] }, exchange, ifVersion: version });
    await this.pending.settle(name);
    return stored;
  }

  /** A read-only probe over the plain channel, as the login user. */
  @Handles('checkHost')
  async check(@Param('host') name: string): Promise<object> {
    const host = await this.found(name);
    return shown(name, await this.reached().check(shellHostOf(host)));
  }

  @Handles('cleanHost')
  async clean(@Param('host') name: string): Promise<object> {
    const host = await this.found(name);
    return shown(name, await this.reached().clean(shellHostOf(host)));
  }

  private async found(name: string): Promise<HostDocument> {
    return (await this.documents.found('Host', { name })).document.document;
  }

  private reached(): HostReach {
    if (!this.reach) throw errors.unavailable('This program reaches no hosts: set EDGE_EXECUTOR_URL, the address of the executors that do.');
    return this.reach;
  }
}

function shown(host: string, result: HostResult): object {
  const { says, remedy } = causes[result.cause];
  const ok = succeeded(result);
  return { host, ok, outcome: result.outcome, cause: result.cause, detail: (ok ? [result.detail ?? says] : [says, result.detail, remedy]).filter(Boolean).join(' ') };
}

function addressOf({ name, address, port, user }: HostDocument): Omit<ShellHost, 'keys'> {
  return { name, ...(address ? { address } : {}), ...(port ? { port } : {}), ...(user ? { user } : {}) };
}

function shellHostOf(host: HostDocument): ShellHost {
  return { ...addressOf(host), keys: host.keys ?? [] };
}

/** `SHA256:…` as ssh-keygen shows it. */
function fingerprintOf(line: string): string {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
