import { Body, Controller, Optional, Param } from '@nestjs/common';
import { causes, errors, type HostDocument, newId, succeeded } from '@edge/contracts';
import { HostBody, HostKeysBody } from '@edge/contracts/messages';
import { checked, Handles } from '@edge/nest';
import { Clock, type OfferedKey, Shell, type ShellHost } from '@edge/ports';
import { createHash } from 'node:crypto';
import { DocumentsOf, type Exchange, type Stored } from './documents-of.js';
import { ExchangeOf } from './exchange-of.js';

const checkWithinMs = 20_000;

/** Trust in hosts: their keys, and whether Edge reaches them. */
@Controller()
export class HostKeysController {
  constructor(private readonly documents: DocumentsOf, private readonly clock: Clock, @Optional() private readonly shell?: Shell) {}

  @Handles('showHostKeys')
  async keys(@Param('host') name: string): Promise<{ host: string; enrolled: OfferedKey[]; offered: OfferedKey[]; problem?: string }> {
    const host = await this.found(name);
    const enrolled = (host.keys ?? []).map((key) => ({ type: key.split(' ', 1)[0] ?? '', key, fingerprint: fingerprintOf(key) }));
    try {
      return { host: name, enrolled, offered: await this.reach().offeredKeys(addressOf(host)) };
    } catch (error) {
      return { host: name, enrolled, offered: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  @Handles('enrolHostKeys')
  async enrol(@Param('host') name: string, @Body() { keys }: HostKeysBody, @ExchangeOf() exchange: Exchange): Promise<Stored<'Host'>> {
    const { version, document } = await this.documents.found('Host', { name });
    checked(HostBody, { spaces: document.document.spaces, keys });
    return this.documents.write('Host', { key: { name }, document: { ...document.document, keys: [...new Set(keys)] }, exchange, ifVersion: version });
  }

  /** A read-only probe over the plain channel, as the login user. */
  @Handles('checkHost')
  async check(@Param('host') name: string): Promise<object> {
    const host = await this.found(name);
    const result = await this.reach().exec({ id: newId(this.clock.now()), host: { ...addressOf(host), keys: host.keys ?? [] }, text: 'exit 0', channel: 'fast', withinMs: checkWithinMs }, () => undefined);
    return { host: name, ok: succeeded(result), outcome: result.outcome, cause: result.cause, detail: [causes[result.cause].says, result.detail, causes[result.cause].remedy].filter(Boolean).join(' ') };
  }

  private async found(name: string): Promise<HostDocument> {
    return (await this.documents.found('Host', { name })).document.document;
  }

  private reach(): Shell {
    if (!this.shell) throw errors.unavailable('This program reaches no hosts; ask the one that runs the executor.');
    return this.shell;
  }
}

function addressOf({ name, address, port, user }: HostDocument): Omit<ShellHost, 'keys'> {
  return { name, ...(address ? { address } : {}), ...(port ? { port } : {}), ...(user ? { user } : {}) };
}

/** `SHA256:…` as ssh-keygen shows it. */
function fingerprintOf(line: string): string {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
