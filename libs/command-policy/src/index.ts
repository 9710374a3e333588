import { checkCommand as judge } from './check-command.js';
import { rememberVerdicts } from './remember-verdicts.js';
import { limits } from './walk/scene.js';

export type { CheckOptions, CommandVerdict } from './check-command.js';

/** `checkCommand` of check-command.ts, which remembers. */
export const checkCommand = rememberVerdicts(judge);

/** A longer command is refused; in bytes. */
export const longestCommand = limits.bytes;
