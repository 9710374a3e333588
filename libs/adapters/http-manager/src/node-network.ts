import { connect } from 'node:net';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Network, type NetworkAnswer, type NetworkRequest } from '@edge/ports';

const longest = 1024 * 1024;

/** The network of this machine. Redirects are not followed: whoever is asked answers itself. */
export class NodeNetwork extends Network {
  http({ method, url, headers, body, withinMs }: NetworkRequest): Promise<NetworkAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${method} ${withoutSecrets(url)}: ${why}`));
      const signal = AbortSignal.timeout(withinMs);
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const request = send(url, { method, signal, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, agent: false }, (response) => {
        read(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), (error: Error) => fail(signal.aborted ? `no answer within ${withinMs} ms` : error.message));
      });
      request.on('error', (error: NodeJS.ErrnoException) => fail(signal.aborted ? `no answer within ${withinMs} ms` : (error.code ?? error.message)));
      request.end(body);
    });
  }

  connects(address: string, port: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address, port });
      const end = (why?: string) => {
        clearTimeout(deadline);
        socket.destroy();
        if (why === undefined) resolve();
        else reject(new Error(`port ${port} of ${address} does not open: ${why}`));
      };
      const deadline = setTimeout(() => end(`no answer within ${withinMs} ms`), withinMs);
      socket.on('connect', () => end());
      socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    });
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= longest) break;
  }
  return Buffer.concat(chunks).subarray(0, longest).toString('utf8');
}

/** Credentials and queries stay out of messages. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, '?…');
}
