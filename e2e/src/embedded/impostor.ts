import { generateKeyPair } from '@edge/ssh';
import ssh2 from 'ssh2';

/** A server with a key of its own in a host's place. `attempts`: how often somebody tried to sign in; `connections`: how many came. */
export interface Impostor { key: string; attempts(): number; connections(): number; stop(): Promise<void> }

export async function startImpostor(port: number): Promise<Impostor> {
  const { privateKey, publicKey } = generateKeyPair('impostor');
  let [attempts, connections] = [0, 0];
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    connections += 1;
    client.on('error', () => client.end());
    client.on('authentication', (context) => {
      attempts += 1;
      context.accept();
    });
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    key: publicKey.split(' ').slice(0, 2).join(' '), attempts: () => attempts, connections: () => connections,
    stop: () => new Promise((closed) => server.close(() => closed())),
  };
}
