import { cutKeyword } from './split-words.js';
import { matchesHostList, matchesList, matchesPattern } from './match-pattern.js';

/** What a `Match` line is asked about. */
export interface MatchSubject { originalName: string; hostName: string; user: string; localUser: string; tag: string; finalPass: boolean }

/** `undecided`: all else fits, and a program or something that Edge does not know would have to decide. `bad`: what is wrong with the line. */
export type MatchAnswer = { matches: boolean; wantsFinalPass: boolean } | { refused: 'undecided'; by: string } | { refused: 'bad'; detail: string };

const withArgument = ['host', 'originalhost', 'user', 'localuser', 'exec', 'tagged', 'localnetwork', 'sessiontype', 'command', 'version'];
const decided = ['all', 'canonical', 'final', 'host', 'originalhost', 'user', 'localuser', 'tagged'];

/** Judges a `Match` line without running anything. */
export function judgeMatch(text: string, subject: MatchSubject): MatchAnswer {
  let matches = true;
  let undecided: string | undefined;
  let wantsFinalPass = false;
  const criteria = [...criteriaOf(text)];
  const all = criteria.findIndex(({ name }) => name === 'all');
  if (all >= 0 && (all > 1 || all < criteria.length - 1)) return { refused: 'bad', detail: '"all" stands alone in Match, or after one other criterion' };
  for (const { name, negated, argument } of criteria) {
    if (!decided.includes(name)) { undecided ??= name; continue; }
    if (withArgument.includes(name) && argument === '') return { refused: 'bad', detail: `"${name}" has no argument` };
    wantsFinalPass ||= name === 'final';
    if (criterionHolds(name, argument, subject) === negated) matches = false;
  }
  if (criteria.length === 0) return { refused: 'bad', detail: 'it has no criterion' };
  return undecided !== undefined && matches ? { refused: 'undecided', by: undecided } : { matches, wantsFinalPass };
}

function criterionHolds(name: string, argument: string, subject: MatchSubject): boolean {
  switch (name) {
    case 'all': return true;
    case 'canonical': case 'final': return subject.finalPass;
    case 'host': return matchesHostList(subject.hostName, argument);
    case 'originalhost': return matchesHostList(subject.originalName, argument);
    case 'user': return matchesList(subject.user, argument);
    case 'tagged': return matchesList(subject.tag, argument);
    default: return matchesList(subject.localUser, argument);
  }
}

function* criteriaOf(text: string): Generator<{ name: string; negated: boolean; argument: string }> {
  let left = text;
  while (left !== '' && !left.startsWith('#')) {
    const { keyword, rest } = cutKeyword(left);
    const negated = keyword.startsWith('!');
    const name = negated ? keyword.slice(1) : keyword;
    if (!withArgument.includes(name)) {
      yield { name, negated, argument: '' };
      left = rest;
      continue;
    }
    const [whole = '', quoted, plain] = /^(?:"([^"]*)"|([^\s="]+))[ \t]*=?[ \t]*/.exec(rest) ?? [];
    yield { name, negated, argument: quoted ?? plain ?? '' };
    left = rest.slice(whole.length);
    if (whole === '') return;
  }
}

/** Judges the patterns of a `Host` line by the name as given, in its own case: a `!` that fits vetoes the line. */
export function judgeHost(patterns: string[], name: string): boolean {
  const fits = (pattern: string) => matchesPattern(name, pattern);
  return patterns.some(fits) && !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)));
}
