import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectFailure } from '../connect/connect-failure.js';
import { ChannelRefused, type Connection } from '../connect/connection.js';
import type { ConnectionPool } from '../connect/connection-pool.js';
import type { Target } from '../connect/target.js';
import { runExchange, type ExchangeEnd, type ExchangeRequest } from '../exchange/run-exchange.js';

const channelTimeoutMs = 10_000;
// For exchanges that nobody else bounds: the host is there, but its disk may hang.
const longestMs = 120_000;

/** The way to one host: connections from the pool, channels on them, exchanges through them. Each goes by what is believed of the host then: after the first one, `again` looks. */
export class HostLink {
  private used = false;

  constructor(private present: Target, private readonly pool: ConnectionPool, private readonly again: () => Promise<Target>) {}

  get target(): Target {
    return this.present;
  }

  /** A word no output can guess. */
  newMarker(): string {
    return `EDGE-${randomBytes(12).toString('hex')}`;
  }

  /** Runs a script on the host. Rejects with `ConnectFailure` if it was not sent. `signal` gives the exchange up. */
  async exchange(request: Omit<ExchangeRequest, 'connection' | 'channelTimeoutMs'>): Promise<ExchangeEnd> {
    return this.onChannel((connection) => runExchange({ ...request, signal: request.signal ?? AbortSignal.timeout(longestMs), connection, channelTimeoutMs }));
  }

  /** Work that opens exactly one channel, on another connection where one refuses. */
  async onChannel<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const connection = await this.acquire();
      try {
        return await work(connection);
      } catch (error) {
        if (!(error instanceof ChannelRefused)) throw error;
        if (attempt >= 5) throw new ConnectFailure('channel-refused', `${this.target.name}: ${error.message}`);
        if (!connection.ended) this.pool.lowerSessions(this.target, connection);
        if (/did not answer/.test(error.message)) connection.destroy();
        await sleep(50 * attempt);
      }
    }
  }

  /** Connecting is safe to repeat: nothing was sent. A crowded host gets more time than one that refuses. */
  private async acquire(): Promise<Connection> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (this.used) this.present = await this.look();
        this.used = true;
        return await this.pool.acquire(this.present);
      } catch (error) {
        if (!(error instanceof ConnectFailure) || !error.passing) throw error;
        const crowded = error.cause === 'too-many-connections';
        if (attempt >= (crowded ? 5 : 3)) throw error;
        await sleep((crowded ? 250 : 100) * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }
  /** Without an answer nobody is believed. */
  private async look(): Promise<Target> {
    try {
      return await this.again();
    } catch (error) {
      if (error instanceof ConnectFailure) throw error;
      throw new ConnectFailure('unreachable', `${this.present.name}: its enrolled keys could not be looked up (${error instanceof Error ? error.message : String(error)}).`, true);
    }
  }
}
