/** After so many failures in a row nothing is asked for a while; then one question tries whether it is well again. */
export interface CircuitOptions { failures: number; restMs: number }

/** Whether a service is worth asking now. Pure: the time is handed in. Open means no: whoever asks then is refused at once, never let through. */
export class Circuit {
  private failed = 0;
  private openUntil = 0;

  constructor(private readonly options: CircuitOptions) {}

  /** True lets one question through; while open only one per rest. */
  admits(now: number): boolean {
    if (this.failed < this.options.failures) return true;
    if (now < this.openUntil) return false;
    this.openUntil = now + this.options.restMs;
    return true;
  }

  /** Who asks now is refused without being asked. */
  rests(now: number): boolean {
    return this.failed >= this.options.failures && now < this.openUntil;
  }

  answered(): void {
    this.failed = 0;
  }

  silent(now: number): void {
    this.failed += 1;
    if (this.failed >= this.options.failures) this.openUntil = now + this.options.restMs;
  }
}
