import type { ShellCommand } from '@edge/ports';

// sshd ends the whole connection at 256 KiB, shells end at 128 KiB.
const longestText = 64 * 1024;

/** The sentence that says why this command must not be sent; undefined if it may. */
export function whyUnsendable(command: ShellCommand): string | undefined {
  if (!/^[A-Za-z0-9_-]{8,80}$/.test(command.id)) return 'The command id is not 8 to 80 letters, digits, dashes and underscores.';
  if (Buffer.byteLength(command.text) > longestText) return 'The command is longer than 64 KiB: put it into a file and upload that.';
  if (command.text.includes('\0')) return 'The command holds a NUL byte.';
  for (const [name, value] of Object.entries(command.env ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${JSON.stringify(name)} is no name of an environment variable.`;
    if (value.includes('\0')) return `The value of ${name} holds a NUL byte.`;
  }
  if (command.runAs !== undefined && !/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(command.runAs)) return `${JSON.stringify(command.runAs)} is no user name.`;
  return undefined;
}
