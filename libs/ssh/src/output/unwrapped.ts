const CR = 13;
const LF = 10;

/** Bytes without their line breaks, and where each of them stood: programs wrap base64 at 64 or 76 characters. */
export class Unwrapped {
  readonly bytes: Buffer;
  /** Places of the breaks in the original. */
  private readonly breaks: number[] = [];

  constructor(data: Buffer) {
    const parts: Buffer[] = [];
    let from = 0;
    for (let at = nextBreak(data, 0); at >= 0; at = nextBreak(data, at + 1)) {
      parts.push(data.subarray(from, at));
      this.breaks.push(at);
      from = at + 1;
    }
    this.bytes = from === 0 ? data : Buffer.concat([...parts, data.subarray(from)]);
  }

  /** Where a byte stands in the original. */
  original(place: number): number {
    return place + this.breaksWhile((at, index) => at - index <= place);
  }

  /** The first place that stands there or behind it. */
  from(original: number): number {
    return original - this.breaksWhile((at) => at < original);
  }

  /** How many breaks it holds for: all before some place, none behind it. */
  private breaksWhile(holds: (at: number, index: number) => boolean): number {
    let [low, high] = [0, this.breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.breaks[middle]!, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function nextBreak(data: Buffer, from: number): number {
  const lf = data.indexOf(LF, from);
  const cr = data.subarray(from, lf < 0 ? data.length : lf).indexOf(CR);
  return cr < 0 ? lf : from + cr;
}
