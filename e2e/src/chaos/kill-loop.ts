import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeProcess } from '../embedded/edge-process.js';
import type { Dice } from './dice.js';

/** `starts`: when each new process was started, in wall-clock milliseconds; `listenedMs`: how long it took until it listened. */
export interface Kills { kills: number; stops: number; starts: number[]; listenedMs: number[] }

/** Kills Edge at random moments and starts it again, now and then freezing it first; `after` hears of each kill. */
export async function killLoop(edge: EdgeProcess, throwDice: Dice, until: { kills?: number; deadline?: number; after?: (done: Kills) => void }): Promise<Kills> {
  const done: Kills = { kills: 0, stops: 0, starts: [], listenedMs: [] };
  while (done.kills < (until.kills ?? Infinity) && Date.now() < (until.deadline ?? Infinity)) {
    await sleep((200 + throwDice() * 1_800) * slowness(done.listenedMs.at(-1)));
    if (throwDice() < 0.15) {
      edge.signal('SIGSTOP');
      await sleep(300 + throwDice() * 1_000);
      edge.signal('SIGCONT');
      done.stops += 1;
    }
    await edge.end('SIGKILL');
    const killedAt = performance.now();
    done.starts.push(Date.now());
    await edge.start();
    done.kills += 1;
    done.listenedMs.push(performance.now() - killedAt);
    until.after?.(done);
  }
  return done;
}

/** On a machine that starts it slowly Edge is given longer too, else it would be killed before it did anything: the kills are to hit its work. */
function slowness(startedMs = 0): number {
  return Math.min(4, Math.max(1, startedMs / 1_000));
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
