import type { PolicyDocument } from './documents.js';

/** `approve`: a second person has to look at it. Worst last. */
export type PolicyVerdict = 'allow' | 'approve' | 'deny';

/** What the command policy says about one command. */
export interface Verdict {
  verdict: PolicyVerdict;
  /** Name of the rule that decided (`rm-system`, `power`, …) or of the `Policy` document; empty for `allow`. */
  rule: string;
  detail: string;
  /** Half-open range of UTF-16 units in the checked text. */
  span: [start: number, end: number];
  /** What to write instead, where there is something. */
  instead?: string;
}

/**
 * Rules of one `kind: Policy` document. Patterns are words: `*` in a word stands for any characters, `*` as last word for any further words,
 * `{name}` for a typed parameter (`{svc:name}`, `{n:number}`, `{v:version}`, `{p:path:/opt/app}`, `{x:one-of:a|b}`, `{t:text}`), `> /path*` for a file that output may go to.
 */
export type PolicyRules = Pick<PolicyDocument, 'name' | 'allow_only' | 'approve' | 'deny'>;
