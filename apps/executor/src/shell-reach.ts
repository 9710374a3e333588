import { newId, type HostResult } from '@edge/contracts';
import { type Clock, HostReach, type Shell, type ShellHost, type ShownKeys } from '@edge/ports';

const checkWithinMs = 20_000;

/** Hosts as this program's own shell reaches them. */
export class ShellReach extends HostReach {
  constructor(private readonly shell: Shell, private readonly clock: Clock) {
    super();
  }

  async offeredKeys(host: Omit<ShellHost, 'keys'>): Promise<ShownKeys> {
    try {
      return { offered: await this.shell.offeredKeys(host) };
    } catch (error) {
      return { offered: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  check(host: ShellHost): Promise<HostResult> {
    return this.shell.exec({ id: newId(this.clock.now()), host, text: 'exit 0', channel: 'fast', withinMs: checkWithinMs }, () => undefined);
  }

  clean(host: ShellHost): Promise<HostResult> {
    return this.shell.cleanHost(host);
  }
}
