import { Body, Controller } from '@nestjs/common';
import type { HostResult } from '@edge/contracts';
import { ServiceRoute } from '@edge/nest';
import { HostReach, type ShellHost, type ShownKeys } from '@edge/ports';

/** What the config service of a cluster asks about hosts, which only executors reach: three fixed questions, no command of anybody's. */
@Controller()
export class HostServiceController {
  constructor(private readonly reach: HostReach) {}

  @ServiceRoute('hosts/offered-keys')
  async offeredKeys(@Body() { host }: { host: Omit<ShellHost, 'keys'> }): Promise<{ answer: ShownKeys }> {
    return { answer: await this.reach.offeredKeys(host) };
  }

  @ServiceRoute('hosts/check')
  async check(@Body() { host }: { host: ShellHost }): Promise<{ answer: HostResult }> {
    return { answer: await this.reach.check(host) };
  }

  @ServiceRoute('hosts/clean')
  async clean(@Body() { host }: { host: ShellHost }): Promise<{ answer: HostResult }> {
    return { answer: await this.reach.clean(host) };
  }
}
