import { matchesList } from './match-pattern.js';

/** What a list keyword (`Ciphers +x,y`) does with the defaults. */
export interface AlgorithmChoice { how: 'replace' | 'append' | 'remove' | 'first'; names: string[] }

const operators = { '+': 'append', '-': 'remove', '^': 'first' } as const;

export function parseAlgorithms(text: string): AlgorithmChoice {
  const how = operators[text[0] as keyof typeof operators];
  return { how: how ?? 'replace', names: (how ? text.slice(1) : text).split(',') };
}

/** The algorithms to offer, in order; names may be patterns. Names that are not `supported` fall out: the answer may be empty, which means that nothing can be agreed on. */
export function chosenAlgorithms(choice: AlgorithmChoice | undefined, { defaults, supported }: { defaults: readonly string[]; supported: readonly string[] }): string[] {
  if (!choice) return [...defaults];
  if (choice.how === 'remove') return defaults.filter((name) => !matchesList(name, choice.names.join(',')));
  const named = choice.names.flatMap((pattern) => supported.filter((name) => matchesList(name, pattern)));
  const all = { replace: named, append: [...defaults, ...named], first: [...named, ...defaults] }[choice.how];
  return [...new Set(all)];
}
