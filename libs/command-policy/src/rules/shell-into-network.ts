import type { Pipeline } from 'unbash';
import { shellNames } from '../wrappers/shell-names.js';

const carriers = new Set(['nc', 'ncat', 'netcat', 'socat', 'telnet', 'openssl', 'ssh', 'websocat']);

/** `sh | nc host port`: a shell without a script of its own answers somebody on the network. */
export function shellIntoNetwork({ commands }: Pipeline): boolean {
  const names = commands.map((command) => (command.type === 'Command' ? { name: lastPart(command.name?.value ?? ''), args: command.args.map((arg) => arg.text) } : undefined));
  const carrier = names.findIndex((one) => one !== undefined && carriers.has(one.name));
  return carrier > 0 && names.slice(0, carrier).some((one) => one !== undefined && shellNames.includes(one.name) && one.args.every((arg) => /^-[il]+$/.test(arg)));
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);
