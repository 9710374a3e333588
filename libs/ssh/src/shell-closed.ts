/** The shell was closed while the command was followed: the command goes on on its host, and another executor can attach to it. */
export class ShellClosed extends Error {
  constructor() {
    super('The shell was closed; the command goes on on its host.');
  }
}
