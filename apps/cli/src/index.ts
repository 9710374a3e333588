export { createCli } from './cli.js';
export { createProgram } from './program.js';
