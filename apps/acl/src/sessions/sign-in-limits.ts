import { Injectable } from '@nestjs/common';
import { errors } from '@edge/contracts';
import { Clock } from '@edge/ports';

const windowMs = 15 * 60_000;
const perAddress = 30;
const perName = 10;

/** Failed attempts to sign in, per address and per name: whoever guesses must wait. */
@Injectable()
export class SignInLimits {
  private readonly failures = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  /** @throws EdgeError `too-many` with the time to wait */
  demand({ address, name }: { address: string; name?: string }): void {
    this.demandFewer(`address ${address}`, perAddress);
    if (name !== undefined) this.demandFewer(`name ${name.toLowerCase()}`, perName);
  }

  failed({ address, name }: { address: string; name?: string }): void {
    for (const key of [`address ${address}`, ...(name === undefined ? [] : [`name ${name.toLowerCase()}`])]) this.failures.set(key, [...this.recent(key), this.clock.now()]);
    if (this.failures.size > 10_000) for (const key of this.failures.keys()) if (this.recent(key).length === 0) this.failures.delete(key);
  }

  private demandFewer(key: string, most: number): void {
    const recent = this.recent(key);
    if (recent.length < most) return;
    throw errors.tooMany('Too many failed attempts to sign in.', Math.ceil(((recent[0] ?? 0) + windowMs - this.clock.now()) / 1000));
  }

  private recent(key: string): number[] {
    return (this.failures.get(key) ?? []).filter((at) => at > this.clock.now() - windowMs);
  }
}
