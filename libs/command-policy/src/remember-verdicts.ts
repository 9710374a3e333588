import type { CheckOptions, CommandVerdict } from './check-command.js';

type Check = (text: string, options?: CheckOptions) => CommandVerdict;

const mostTexts = 1_000;
const mostLetters = 4_000_000;

/** What was said of a text is said again, under rules as long as they are the very same list: the same commands come with every action, once per host. */
export function rememberVerdicts(check: Check): Check {
  const floorAlone = new Known();
  const underRules = new WeakMap<object, Known>();
  return (text, options = {}) => {
    const known = options.rules?.length ? (underRules.get(options.rules) ?? new Known()) : floorAlone;
    if (options.rules?.length) underRules.set(options.rules, known);
    return known.of(`${options.runAs ?? ''}\n${text}`, () => check(text, options));
  };
}

/** Verdicts by user and text, as many as are worth their memory; then it begins anew. */
class Known {
  private readonly verdicts = new Map<string, CommandVerdict>();
  private letters = 0;

  of(key: string, judge: () => CommandVerdict): CommandVerdict {
    const known = this.verdicts.get(key);
    if (known) return known;
    this.letters += key.length;
    if (this.verdicts.size >= mostTexts || this.letters > mostLetters) {
      this.verdicts.clear();
      this.letters = key.length;
    }
    const verdict = judge();
    this.verdicts.set(key, verdict);
    return verdict;
  }
}
