import type { OnApplicationShutdown } from '@nestjs/common';

/** Closes what lies under everything else, after the bus has drained and HTTP has ended. */
export class ProgramEnd implements OnApplicationShutdown {
  constructor(private readonly close: () => Promise<void>) {}

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
