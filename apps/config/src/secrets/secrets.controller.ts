import { Body, Controller, Param, Query } from '@nestjs/common';
import { errors, namePattern } from '@edge/contracts';
import { PageQuery, SecretBody } from '@edge/contracts/messages';
import { fillPage, Handles, linked, type Page } from '@edge/nest';
import { DocumentsOf, type Exchange } from '../routes/documents-of.js';
import { ExchangeOf } from '../routes/exchange-of.js';
import { type Reencrypted, type SecretName, SecretsService } from './secrets.service.js';

/** Written and deleted, never read: only the names come back. */
@Controller()
export class SecretsController {
  constructor(private readonly secrets: SecretsService, private readonly documents: DocumentsOf) {}

  @Handles('listSecrets')
  async list(@Param('space') space: string, @Query() query: PageQuery, @ExchangeOf() { request, reply }: Exchange): Promise<Page<SecretName>> {
    await this.documents.found('Space', { name: space });
    const { rows, ...rest } = await fillPage(query, { fetch: (after, limit) => this.secrets.list(space, { limit, ...(after ? { after } : {}) }) });
    return linked(request, reply, { items: rows.map(({ document: { name, changedAt, changedBy } }) => ({ name, changed_at: changedAt, changed_by: changedBy })), ...rest });
  }

  @Handles('putSecret')
  async put(@Param('space') space: string, @Param('secret') name: string, @Body() { value }: SecretBody, @ExchangeOf() { caller }: Exchange): Promise<void> {
    await this.documents.found('Space', { name: space });
    if (!namePattern.test(name)) throw errors.invalidField('/name', `"${name}" is no name for a secret.`, 'Use lower-case letters, digits, ".", "_" and "-".');
    await this.secrets.set({ space, name, value, by: caller.subject });
  }

  @Handles('deleteSecret')
  async remove(@Param('space') space: string, @Param('secret') name: string): Promise<void> {
    await this.secrets.remove(space, name);
  }

  @Handles('reencryptSecrets')
  reencrypt(): Promise<Reencrypted> {
    return this.secrets.reencrypt();
  }
}
