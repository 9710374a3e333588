import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findSshd, startLabHost, type LabHost } from '@edge/testing';
import ssh2 from 'ssh2';
import { parseCertificate, type Certificate } from '../host-keys/parse-certificate.js';
import { offerCertificates, useCertifiedKey } from './host-certificates.js';

const run = promisify(execFile);
const sshd = await findSshd();
(sshd ? describe : describe.skip)('host certificates through ssh2', () => {
  let lab: LabHost;
  let own: Certificate;
  let foreign: Certificate;
  const certified = async (key: string, ca: string): Promise<Certificate> => {
    await run('ssh-keygen', ['-q', '-s', ca, '-h', '-I', 'lab', '-n', 'lab', `${key}.pub`]);
    return parseCertificate(Buffer.from((await readFile(`${key}-cert.pub`, 'utf8')).split(' ')[1]!, 'base64'))!;
  };
  beforeAll(async () => {
    const plain = await startLabHost();
    const [ca, other] = [join(plain.folder, 'ca'), join(plain.folder, 'other')];
    for (const file of [ca, other]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    [own, foreign] = [await certified(plain.hostKeyFile, ca), await certified(other, ca)];
    lab = await startLabHost({ hostKeyFile: plain.hostKeyFile, settings: [`HostCertificate ${plain.hostKeyFile}-cert.pub`] });
    const stop = lab.stop;
    lab.stop = async () => { await stop(); await plain.stop(); };
  });
  afterAll(() => lab.stop());

  /** How the handshake ends where the host's signature is checked by this certificate's key. */
  const handshakeBy = (certificate: Certificate) => new Promise<string>((resolve) => {
    const client = new ssh2.Client();
    client.on('error', (error) => resolve(error.message));
    client.on('handshake', (negotiated) => {
      resolve(`shaken by ${negotiated.serverHostKey}`);
      client.end();
    });
    client.connect({ host: '127.0.0.1', port: lab.port, username: 'x', authHandler: [], hostVerifier: (blob: Buffer) => {
      if (!parseCertificate(blob)) return false;
      useCertifiedKey(client, certificate);
      return true;
    } });
    offerCertificates(client, ['ssh-ed25519-cert-v01@openssh.com']);
  });

  it('checks the host by the key that its certificate names', async () => {
    expect(await handshakeBy(own)).toBe('shaken by ssh-ed25519');
  });

  it('ends the handshake where the host does not own the certified key', async () => {
    expect(await handshakeBy(foreign)).toMatch(/signature verification failed/);
  });
});
