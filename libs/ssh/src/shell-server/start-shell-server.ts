import { spawn } from 'node:child_process';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';

export interface ShellServer { port: number; close(): Promise<void> }

export interface ShellServerOptions {
  port: number;
  /** Private host key, OpenSSH format. */
  hostKey: string;
  /** Public key lines that may sign in. */
  authorizedKeys: string[];
  /** Environment of every command; nothing else of this process's environment is passed on. */
  env: Record<string, string>;
  cwd: string;
}

/** An SSH server on loopback that runs commands with the real `/bin/sh`: for machines that have no sshd. */
export async function startShellServer(options: ShellServerOptions): Promise<ShellServer> {
  const keys = options.authorizedKeys.map((line) => parsed(line));
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => connection.end()); // a client that breaks off is its own business
    connection.on('authentication', (context) => authenticate(context, keys));
    connection.on('session', (accept) => serve(accept(), options));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: options.port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const connection of connections) connection.end();
      }),
  };
}

function parsed(line: string): ssh2.ParsedKey {
  const key = ssh2.utils.parseKey(line);
  if (key instanceof Error) throw key;
  return Array.isArray(key) ? key[0]! : key;
}

function authenticate(context: AuthContext, keys: ssh2.ParsedKey[]): void {
  if (context.method !== 'publickey') return context.reject(['publickey']);
  const known = keys.find((key) => key.type === context.key.algo && key.getPublicSSH().equals(context.key.data));
  if (!known) return context.reject(['publickey']);
  if (context.signature && context.blob && known.verify(context.blob, context.signature, context.hashAlgo) !== true) return context.reject(['publickey']);
  context.accept();
}

function serve(session: Session, options: ShellServerOptions): void {
  session.on('exec', (accept, _reject, info) => run(accept(), info.command, options));
  session.on('pty', (_accept, reject) => reject?.());
}

function run(channel: ServerChannel, command: string, options: ShellServerOptions): void {
  const child = spawn('/bin/sh', ['-c', command], { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => channel.resume()); // the command may end without reading its input
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('close', () => child.stdin.end());
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.replace(/^SIG/, ''), false, '');
    else channel.exit(code ?? 255);
    channel.end();
  });
}
