import { describe, expect, it } from '@jest/globals';
import { parseEvents, type ServerEvent } from './parse-events.js';

async function parsed(...chunks: string[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  for await (const event of parseEvents(body)) events.push(event);
  return events;
}

describe('parseEvents', () => {
  it('reads events however they were cut', async () => {
    expect(await parsed('id: 1\neve', 'nt: fact\ndata: {"a":1}\n', '\n: ping\n\ndata: x\ndata: y\n\n')).toEqual([
      { id: '1', event: 'fact', data: '{"a":1}' },
      { event: 'message', data: 'x\ny' },
    ]);
  });
});
