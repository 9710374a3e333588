export { SshShell } from './ssh-shell.js';
export type { ShellLog, SshShellOptions } from './shell-options.js';
export { generateKeyPair } from './shell-server/generate-key-pair.js';
export { startShellServer, type ShellServer, type ShellServerOptions } from './shell-server/start-shell-server.js';
export { execRemoteCommand, type RemoteAnswer, type RemoteAnswers, type RemoteCommand } from './exec-remote-command.js';
export { ShellClosed } from './shell-closed.js';
export { importKnownHosts, namedHosts, type ImportedKeys, type ImportHost } from './host-keys/import-known-hosts.js';
export { readTree } from './files/read-tree.js';
