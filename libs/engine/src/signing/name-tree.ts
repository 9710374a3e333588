import { hash } from 'node:crypto';

/** Every name costs at most so many hashes to prove: 2³² names. */
const deepest = 32;
const hashBytes = 32;

/**
 * A set of names under one hash, the root of a hash tree: of each name can be proven that it belongs to the set without naming the others.
 * Leaves and nodes are hashed apart, so that none can pass for the other.
 */
export class NameTree {
  private readonly levels: Buffer[][];
  private readonly places: Map<string, number>;

  constructor(names: readonly string[]) {
    const unique = [...new Set(names)].sort();
    this.places = new Map(unique.map((name, place) => [name, place]));
    this.levels = [unique.map(leaf)];
    for (let level = this.levels[0]!; level.length > 1; this.levels.push(level)) level = above(level);
  }

  get root(): string {
    return (this.levels.at(-1)![0] ?? leaf('')).toString('base64');
  }

  /** The hashes beside the way from a name to the root, one after another in base64; undefined for a name that is not in the set. */
  proofOf(name: string): string | undefined {
    let place = this.places.get(name);
    if (place === undefined) return undefined;
    const beside: Buffer[] = [];
    for (const level of this.levels) {
      const neighbour = level[place ^ 1];
      if (neighbour) beside.push(neighbour);
      place >>= 1;
    }
    return Buffer.concat(beside).toString('base64');
  }
}

/** Whether a proof shows that the name belongs to the set of which this is the root. */
export function isProven(root: string, name: string, proof: string): boolean {
  const beside = Buffer.from(proof, 'base64');
  if (beside.length % hashBytes !== 0 || beside.length > deepest * hashBytes) return false;
  let reached = leaf(name);
  for (let at = 0; at < beside.length; at += hashBytes) reached = node(reached, beside.subarray(at, at + hashBytes));
  return reached.toString('base64') === root;
}

/** A node without a neighbour goes up as it is. */
function above(level: Buffer[]): Buffer[] {
  return level.flatMap((one, place) => (place % 2 === 1 ? [] : [level[place + 1] ? node(one, level[place + 1]!) : one]));
}

function leaf(name: string): Buffer {
  return hash('sha256', `\0${name}`, 'buffer');
}

/** The same from either side: a proof needs not say which it is on. */
function node(one: Buffer, other: Buffer): Buffer {
  const [first, second] = one.compare(other) <= 0 ? [one, other] : [other, one];
  return hash('sha256', Buffer.concat([Buffer.of(1), first, second]), 'buffer');
}
