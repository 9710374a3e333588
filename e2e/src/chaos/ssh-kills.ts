import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFaultProxy, startLabHost, type FaultProxy, type LabHost } from '@edge/testing';
import type { Violation } from '../checker/history.js';
import { dice, type Dice } from './dice.js';
import { ExecutorPool } from './executor-pool.js';
import type { SshEnd } from './ssh-executor.js';

const atOnce = 8;
const lines = 30;

interface Sent { index: number; supervisorKilled: boolean; end?: SshEnd }
type Kind = 'executor' | 'session' | 'sshd' | 'supervisor' | 'connection';

/** Random kills of executors, sshd, its sessions, supervisors on the host and connections, under commands on a real sshd; then looks what ran and what was said. */
export async function sshChaos({ kills, seed }: { kills: number; seed: number }): Promise<{ violations: Violation[]; kills: number; commands: number; byKind: Record<string, number>; outcomes: Record<string, number> }> {
  const lab = await startLabHost();
  const proxy = await startFaultProxy(lab.port);
  try {
    return await new SshKills({ lab, proxy, throwDice: dice(seed), wanted: kills }).run();
  } finally {
    await proxy.stop();
    await lab.stop();
  }
}

class SshKills {
  private readonly sent = new Map<string, Sent>();
  private readonly pool: ExecutorPool;
  private done = 0;
  private readonly byKind: Record<Kind, number> = { executor: 0, session: 0, sshd: 0, supervisor: 0, connection: 0 };

  constructor(private readonly at: { lab: LabHost; proxy: FaultProxy; throwDice: Dice; wanted: number }) {
    this.pool = new ExecutorPool(at.lab.keyFile, (end) => this.ended(end), at.throwDice);
  }

  async run() {
    await this.pool.start(3);
    for (let n = 0; n < atOnce; n += 1) this.next();
    while (this.done < this.at.wanted) {
      await sleep(20 + this.at.throwDice() * 400);
      await this.kill();
    }
    while ([...this.sent.values()].some(({ end }) => !end)) await sleep(50);
    await this.pool.stop();
    const violations = (await Promise.all([...this.sent].map(([id, sent]) => this.judge(id, sent)))).flat();
    const outcomes: Record<string, number> = {};
    for (const { end } of this.sent.values()) outcomes[end!.result.cause] = (outcomes[end!.result.cause] ?? 0) + 1;
    return { violations, kills: this.done, commands: this.sent.size, byKind: this.byKind, outcomes };
  }

  private next(): void {
    const index = this.sent.size;
    const id = `kills-${process.pid}-${index}`;
    this.sent.set(id, { index, supervisorKilled: false });
    const text = `echo ran >>ran-${index}; i=0; while [ $i -lt ${lines} ]; do echo "${index} out $i"; echo "${index} err $i" >&2; i=$((i+1)); sleep 0.05; done; exit ${codeOf(index)}`;
    this.pool.give({ id, host: { ...this.at.lab.host, port: this.at.proxy.port }, text });
  }

  private ended(end: SshEnd): void {
    const sent = this.sent.get(end.id)!;
    sent.end = end;
    if (this.done < this.at.wanted) this.next();
  }

  private async kill(): Promise<void> {
    const kinds = Object.keys(this.byKind) as Kind[];
    const kind = kinds[Math.floor(this.at.throwDice() * kinds.length)]!;
    if (!(await this.strike(kind))) return;
    this.byKind[kind] += 1;
    this.done += 1;
  }

  /** False where there was nothing to kill. */
  private async strike(kind: Kind): Promise<boolean> {
    const { lab, proxy } = this.at;
    if (kind === 'connection') proxy.reset();
    if (kind === 'executor') await this.pool.killOne();
    if (kind === 'session') return (await lab.killSessions()) > 0;
    if (kind === 'supervisor') return this.killSupervisor();
    if (kind === 'sshd') {
      await lab.halt();
      await sleep(100 + this.at.throwDice() * 300);
      await lab.start();
    }
    return true;
  }

  private async killSupervisor(): Promise<boolean> {
    const open = [...this.sent].filter(([, { end, supervisorKilled }]) => !end && !supervisorKilled);
    const [id, sent] = open[Math.floor(this.at.throwDice() * open.length)] ?? [];
    const record = id === undefined ? '' : await readFile(join(this.at.lab.home, '.edge/jobs', id, 'pid'), 'utf8').catch(() => ''); // not launched yet
    const pid = Number(record.split(' ')[0]);
    if (!sent || !pid) return false;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return false; // ended just now
    }
    sent.supervisorKilled = true;
    return true;
  }

  private async judge(id: string, { index, supervisorKilled, end }: Sent): Promise<Violation[]> {
    const { result, stdout, stderr } = end!;
    const found: Violation[] = [];
    const violation = (rule: string, detail: string) => { found.push({ rule, action: id, detail }); };
    const ran = (await readFile(join(this.at.lab.home, `ran-${index}`), 'utf8').catch(() => '')).split('\n').length - 1;
    if (ran > 1 || (ran === 0 && result.outcome === 'exited')) violation('runs once', `it ran ${ran} times`);
    if (result.outcome !== 'exited' && !(supervisorKilled && result.outcome === 'lost')) violation('an end that can be', `${result.outcome}: ${result.cause} ${result.detail ?? ''}`);
    if (result.code !== undefined && result.code !== codeOf(index)) violation('right code', `${result.code} instead of ${codeOf(index)}`);
    for (const [stream, got] of [['out', stdout], ['err', stderr]] as const) {
      const whole = Array.from({ length: lines }, (_, line) => `${index} ${stream} ${line}\n`).join('');
      if (result.outcome === 'exited' ? got !== whole : !whole.startsWith(got)) violation('same bytes', `${stream}: ${got.length} of ${whole.length} bytes, or others`);
    }
    return found;
  }
}

function codeOf(index: number): number {
  return (index % 100) + 1;
}
