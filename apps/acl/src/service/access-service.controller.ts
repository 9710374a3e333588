import { Body, Controller } from '@nestjs/common';
import type { Caller } from '@edge/contracts';
import { ServiceRoute } from '@edge/nest';
import { Access, type AccessAnswer, type AccessQuestion, Audit, type AuditEntry } from '@edge/ports';

/** What other services of a cluster ask: the ports `Access` and `Audit` over HTTP. */
@Controller()
export class AccessServiceController {
  constructor(private readonly access: Access, private readonly audit: Audit) {}

  @ServiceRoute('access/authenticate')
  async authenticate(@Body() { bearer, cookie }: { bearer?: string; cookie?: string }): Promise<{ answer: Caller | undefined }> {
    return { answer: await this.access.authenticate({ ...(bearer === undefined ? {} : { bearer }), ...(cookie === undefined ? {} : { cookie }) }) };
  }

  @ServiceRoute('access/may')
  async may(@Body() question: AccessQuestion): Promise<{ answer: AccessAnswer }> {
    return { answer: await this.access.may(question) };
  }

  @ServiceRoute('access/visible-spaces')
  async visibleSpaces(@Body() { subject }: { subject: string }): Promise<{ answer: 'all' | string[] }> {
    return { answer: await this.access.visibleSpaces(subject) };
  }

  @ServiceRoute('audit/write')
  async write(@Body() entry: AuditEntry): Promise<{ answer: true }> {
    await this.audit.write(entry);
    return { answer: true };
  }
}
