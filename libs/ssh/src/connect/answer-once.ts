import type { KeyboardInteractiveAuthMethod } from 'ssh2';
import type { HandshakeTrace } from './handshake-failure.js';

/**
 * Keyboard-interactive for one connection: the password goes out at most once, and only to a single question whose answer is not echoed.
 * At anything else (a code, a new password, the same question again) Edge gives up without a word.
 */
export function answerOnce(way: KeyboardInteractiveAuthMethod, trace: HandshakeTrace, giveUp: (why: string) => void): KeyboardInteractiveAuthMethod {
  return {
    ...way,
    prompt: (name, instructions, language, prompts, finish) => {
      if (prompts.length === 0) return finish([]);
      const asked = prompts.map(({ prompt }) => JSON.stringify(prompt.slice(0, 80))).join(' and ');
      if (trace.passwordGiven) return giveUp(`It asks ${asked} after the password, which Edge does not answer`);
      if (prompts.length > 1 || prompts[0]!.echo !== false) return giveUp(`It asks ${asked}, which Edge does not answer`);
      trace.passwordGiven = true;
      way.prompt(name, instructions, language, prompts, finish);
    },
  };
}
