import { Body, Controller } from '@nestjs/common';
import { ServiceRoute } from '@edge/nest';
import { type HostKeyChange, HostKeyWatch } from '@edge/ports';

/** What the executors of a cluster tell: changed host keys. */
@Controller()
export class HostKeyWatchController {
  constructor(private readonly watch: HostKeyWatch) {}

  @ServiceRoute('host-keys/changed')
  async changed(@Body() change: HostKeyChange): Promise<{ answer: true }> {
    await this.watch.changed(change);
    return { answer: true };
  }
}
