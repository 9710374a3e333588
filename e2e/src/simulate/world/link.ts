import { Clock } from '@edge/ports';
import type { Dice, Scheduler } from '@edge/testing/world';
import type { Story } from './story.js';

/** How unkind the world is to one program, and until when. */
export interface Unkindness {
  until: number;
  /** Chances per call. */
  crash: number;
  pause: number;
  refuse: number;
  loseAnswer: number;
  late: number;
  /** The n-th time that this point is passed, the program dies there. */
  target?: { point: string; n: number };
}

/** What a call was when the program died. */
export interface Surroundings { scheduler: Scheduler; dice: Dice; story: Story; unkindness: Unkindness; died(link: Link): void; woke(link: Link): void }

const never = new Promise<never>(() => undefined);

/**
 * Everything that one program (a process) has to do with the world goes through here: stores, bus and time answer late, not at all, wrongly;
 * the program dies before an effect or after it, or stands still for a while and goes on as if nothing had happened.
 */
export class Link {
  dead = false;
  private pausedUntil = 0;
  private waiting: (() => void)[] = [];
  readonly clock: Clock;

  constructor(readonly name: string, private readonly world: Surroundings) {
    this.clock = new LinkedClock(this, world.scheduler);
  }

  get paused(): boolean {
    return this.pausedUntil > this.world.scheduler.now;
  }

  /** One exchange with a store or the bus. `effect` happens in the world, at once and whole; `late`: it may happen after it was given up; `slow`: the way there is long. */
  call<T>(point: string, effect: () => T, { late = true, slow = false } = {}): Promise<T> {
    const { dice, scheduler } = this.world;
    if (this.dead) return never;
    if (this.fails(`${point} before`, this.world.unkindness.crash)) {
      this.die(`${point} before`);
      return never;
    }
    return new Promise<T>((resolve, reject) => {
      scheduler.after(slow ? dice.between(5, 400) : latency(dice), () => this.arrive(point, { effect, late, resolve, reject }));
    });
  }

  /** Something of the world reaches the program: never when it is dead, later when it stands still. */
  reach(call: () => void): void {
    if (this.dead) return;
    if (this.paused) this.waiting.push(call);
    else call();
  }

  /** Stands still. */
  pause(ms: number): void {
    const { scheduler, story } = this.world;
    if (this.dead || this.paused) return;
    story.tell(this.name, 'stands still', { ms });
    story.met('pause');
    this.pausedUntil = scheduler.now + ms;
    scheduler.after(ms, () => {
      if (this.dead) return;
      story.tell(this.name, 'goes on');
      for (const call of this.waiting.splice(0)) this.reach(call);
      this.world.woke(this);
    });
  }

  die(point: string): void {
    if (this.dead) return;
    this.dead = true;
    this.waiting = [];
    this.world.story.tell(this.name, 'dies', { point });
    this.world.story.crashedAt(point);
    this.world.died(this);
  }

  private arrive<T>(point: string, { effect, late, resolve, reject }: { effect: () => T; late: boolean; resolve: (value: T) => void; reject: (why: Error) => void }): void {
    const { dice, scheduler, unkindness, story } = this.world;
    const unkind = scheduler.now < unkindness.until;
    if (unkind && dice.chance(unkindness.refuse)) {
      story.met('refused');
      return this.answer(() => reject(new Error(`The store is away (${point}).`)));
    }
    if (unkind && late && dice.chance(unkindness.late)) {
      story.met('late write');
      scheduler.after(dice.between(1, 20_000), () => void attempt(effect));
      return this.answer(() => reject(new Error(`No answer in time (${point}).`)));
    }
    if (this.dead && dice.chance(0.5)) return;
    const happened = attempt(effect);
    if (this.dead) return;
    if (this.fails(`${point} after`, unkindness.crash)) return this.die(`${point} after`);
    if (unkind && dice.chance(unkindness.pause)) this.pause(dice.between(500, 90_000));
    if (unkind && happened.ok && dice.chance(unkindness.loseAnswer)) {
      story.met('lost answer');
      return this.answer(() => reject(new Error(`The answer got lost (${point}).`)));
    }
    this.answer(() => (happened.ok ? resolve(happened.value) : reject(happened.error)));
  }

  private answer(call: () => void): void {
    this.world.scheduler.after(latency(this.world.dice), () => this.reach(call));
  }

  private fails(point: string, chance: number): boolean {
    const { dice, scheduler, unkindness, story } = this.world;
    const passed = story.passed(point);
    if (unkindness.target?.point === point && unkindness.target.n === passed) return true;
    return scheduler.now < unkindness.until && dice.chance(chance);
  }
}

const latency = (dice: Dice) => (dice.chance(0.9) ? dice.between(0, 4) : dice.between(5, 400));

type Attempt<T> = { ok: true; value: T } | { ok: false; error: Error };

function attempt<T>(effect: () => T): Attempt<T> {
  try {
    return { ok: true, value: effect() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

class LinkedClock extends Clock {
  constructor(private readonly link: Link, private readonly scheduler: Scheduler) {
    super();
  }

  override now(): number {
    return this.scheduler.now;
  }

  override at(timeMs: number, call: () => void): () => void {
    let off = false;
    this.scheduler.at(timeMs, () => {
      if (!off) this.link.reach(() => { if (!off) call(); });
    });
    return () => { off = true; };
  }
}
