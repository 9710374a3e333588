import type { CheckOptions, CommandVerdict } from './check-command.js';

const most = 1_000;
const longest = 2_000;

/** What was said of a text lately is said again: the same commands come with every action, once per host. Rules above the floor differ from space to space and are asked anew. */
export function rememberVerdicts(check: (text: string, options?: CheckOptions) => CommandVerdict): (text: string, options?: CheckOptions) => CommandVerdict {
  const known = new Map<string, CommandVerdict>();
  return (text, options = {}) => {
    if (text.length > longest || options.rules?.length) return check(text, options);
    const key = `${options.runAs ?? ''}\n${text}`;
    let verdict = known.get(key);
    if (!verdict) {
      if (known.size >= most) known.clear();
      known.set(key, (verdict = check(text, options)));
    }
    return verdict;
  };
}
