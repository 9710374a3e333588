/**
 * What the checkers watch, each rule with the invariants of docs/durability.md that a violation of it breaks: their names are printed with it.
 */
export const rules = {
  'acknowledged = ended': ['I2', 'I8'],
  'signals arrive': ['I1', 'I8'],
  'no dead letters': ['I1'],
  'journal is a chain': ['I3'],
  'effect after its record': ['I4'],
  'runs what is journaled': ['I4'],
  'attempts are journaled': ['I4'],
  'replay is identical': ['I5', 'I6', 'I10', 'I11'],
  'a command runs once': ['I7'],
  'nothing is given up': ['I7'],
  'the countdown is kept': ['I7'],
  'a step has one result': ['I9'],
  'projection is the fold': ['I12'],
  'nothing after the end': ['I13'],
  'locks are freed': ['I13'],
  'a cancellation is kept': [],
  'a cancelled countdown starts nothing': [],
  'a changed script is not guessed': [],
  'a freeze holds starts back': [],
  'a stage waits for its verdict': [],
  'a verdict is on its stage': [],
  'an approval answers what was asked': [],
  'cancelled begins nothing': [],
  'cancelled for a reason': [],
  'facts are the same again': [],
  'facts are told': [],
  'fail closed': [],
  'forged moves nothing': [],
  'live versions are recorded': [],
  'locks are held': [],
  'locks are held by one': [],
  'lost is final by default': [],
  'no host before the start': [],
  'nothing is stopped in silence': [],
  'one action per key': [],
  'only treason blocks': [],
  'only what is whole is started': [],
  'out of service for a reason': [],
  'pools keep their floor': [],
  'signals count once': [],
} as const satisfies Record<string, readonly string[]>;

export type Rule = keyof typeof rules;

/** The rule with its invariants: `a command runs once (I7)`. */
export function nameOf(rule: Rule): string {
  return rules[rule].length > 0 ? `${rule} (${rules[rule].join(', ')})` : rule;
}
