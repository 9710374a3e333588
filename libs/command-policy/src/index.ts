export { checkCommand, type CheckOptions, type CommandVerdict, longestCommand } from '../alt/index.js';
