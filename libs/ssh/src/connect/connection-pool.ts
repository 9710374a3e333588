import type { Duplex } from 'node:stream';
import { Admission } from './admission.js';
import { connectOver } from './connect.js';
import { ConnectFailure } from './connect-failure.js';
import { Connection } from './connection.js';
import { openSocket } from './open-socket.js';
import { targetId, type Target } from './target.js';

export interface PoolLimits { sessionsPerConnection: number; handshakes: number; idleMs: number }

interface HostLine { connections: Connection[]; opening: Promise<Connection> | undefined; sessions: number }

// MaxSessions does not count forwarded streams.
const forwardsPerConnection = 200;

/** Connections by target: made when needed, shared, closed when idle. A host that is never used costs nothing. */
export class ConnectionPool {
  private readonly lines = new Map<string, HostLine>();
  private readonly admission: Admission;
  private closed = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly limits: PoolLimits) {
    this.admission = new Admission(limits.handshakes);
  }

  /** A living connection with one channel reserved on it: open that channel, exactly one. Rejects with `ConnectFailure`. */
  async acquire(target: Target): Promise<Connection> {
    return this.withRoom(target, (line) => line.sessions);
  }

  private async withRoom(target: Target, room: (line: HostLine) => number): Promise<Connection> {
    const line = this.lineOf(target);
    for (;;) {
      if (this.closed) throw new ConnectFailure('never-sent', 'The shell was closed.');
      const free = line.connections.find((connection) => !connection.ended && connection.channels < room(line));
      if (free) {
        free.channels += 1;
        return free;
      }
      line.opening ??= this.open(target, line).finally(() => { line.opening = undefined; });
      await line.opening;
    }
  }

  /** The host gave fewer sessions than we thought. */
  lowerSessions(target: Target, connection: Connection): void {
    const line = this.lineOf(target);
    line.sessions = Math.max(1, Math.min(line.sessions - 1, connection.channels));
  }

  /** Open connections, for tests and metrics. */
  count(): number {
    return [...this.lines.values()].reduce((sum, line) => sum + line.connections.length, 0);
  }

  async close(withinMs: number): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    const all = [...this.lines.values()].flatMap((line) => line.connections);
    const until = performance.now() + withinMs;
    for (const connection of all) {
      while (connection.channels > 0 && !connection.ended && performance.now() < until) await new Promise((go) => setTimeout(go, 20));
      connection.close();
    }
    await new Promise((go) => setTimeout(go, all.length > 0 ? 10 : 0));
    for (const connection of all) connection.destroy();
    this.lines.clear();
  }

  private lineOf(target: Target): HostLine {
    const id = targetId(target);
    let line = this.lines.get(id);
    if (!line) this.lines.set(id, (line = { connections: [], opening: undefined, sessions: this.limits.sessionsPerConnection }));
    return line;
  }

  private async open(target: Target, line: HostLine): Promise<Connection> {
    const via = await this.jumpOf(target); // before admission: a chain must not wait for itself
    const connection = await this.admission.run(async () => new Connection(await connectOver(await this.streamTo(target, via), target)));
    if (this.closed) {
      connection.destroy();
      throw new ConnectFailure('never-sent', 'The shell was closed.');
    }
    line.connections.push(connection);
    connection.whenEnded(() => this.forget(target, connection));
    this.sweeper ??= setInterval(() => this.sweep(), Math.min(this.limits.idleMs, 30_000)).unref();
    return connection;
  }

  /** A bare stream to the host's sshd, through its jump hosts. Rejects with `ConnectFailure`. */
  async openStream(target: Target): Promise<Duplex> {
    return this.streamTo(target, await this.jumpOf(target));
  }

  private async streamTo(target: Target, via: Connection | undefined): Promise<Duplex> {
    return via ? this.forwarded(via, target) : openSocket(target);
  }

  private async jumpOf({ jump }: Target): Promise<Connection | undefined> {
    return jump ? this.throughJump(jump) : undefined;
  }

  private async throughJump(jump: Target): Promise<Connection> {
    try {
      return await this.withRoom(jump, () => forwardsPerConnection);
    } catch (error) {
      if (!(error instanceof ConnectFailure)) throw error;
      if (error.cause.startsWith('host-key') || error.cause === 'key-unusable') throw error;
      throw new ConnectFailure('jump-unreachable', `Jump host ${jump.name}: ${error.detail}`);
    }
  }

  private async forwarded(via: Connection, target: Target): Promise<Duplex> {
    try {
      return await via.forward(target.address, target.port, target.connectTimeoutMs);
    } catch (error) {
      throw new ConnectFailure('unreachable', `From jump host ${target.jump?.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private forget(target: Target, connection: Connection): void {
    const line = this.lines.get(targetId(target));
    if (!line) return;
    line.connections = line.connections.filter((one) => one !== connection);
    if (line.connections.length === 0 && !line.opening) this.lines.delete(targetId(target));
  }

  private sweep(): void {
    const now = performance.now();
    for (const line of this.lines.values()) {
      for (const connection of line.connections) {
        if (connection.channels === 0 && now - connection.lastUsed >= this.limits.idleMs) connection.close();
      }
    }
  }
}
