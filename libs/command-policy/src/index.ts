import { limits } from './walk/scene.js';

export { checkCommand, type CheckOptions, type CommandVerdict } from './check-command.js';

/** A longer command is refused; in bytes. */
export const longestCommand = limits.bytes;
