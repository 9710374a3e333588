import { connect } from 'node:net';
import { Network, type NetworkAnswer, type NetworkRequest } from '@edge/ports';

const bodyLimit = 1024 * 1024;

/** The network of this machine. */
export class NodeNetwork extends Network {
  async http({ method, url, headers, body, withinMs }: NetworkRequest): Promise<NetworkAnswer> {
    try {
      const response = await fetch(url, { method, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(withinMs), redirect: 'manual' });
      return { status: response.status, body: await limitedText(response) };
    } catch (error) {
      throw new Error(`${url} did not answer: ${reason(error)}`, { cause: error });
    }
  }

  connects(address: string, port: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address, port });
      const failed = (why: string) => {
        socket.destroy();
        reject(new Error(`${address}:${port} ${why}`));
      };
      socket.setTimeout(withinMs, () => failed('did not answer in time'));
      socket.once('error', (error: NodeJS.ErrnoException) => failed(`refused: ${error.code ?? error.message}`));
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
    });
  }
}

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= bodyLimit) return text.slice(0, bodyLimit);
  }
  return text + decoder.decode();
}

function reason(error: unknown): string {
  const { name, message, cause } = error as { name?: string; message?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'the time ran out';
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
