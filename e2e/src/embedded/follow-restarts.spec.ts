import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerEvent } from '@edge/client';
import { freePort } from '@edge/testing/engines';
import { runCli } from '../cli/run-cli.js';
import { demoFolder, removeFolder } from './demo-data.js';
import { EdgeProcess } from './edge-process.js';

interface Started { action_id: string }
interface Told { host: string; stream: string; text: string }

/** How many lines each host prints: the first has ended long before the last. */
const counts = { 'web-01': 60, 'web-02': 140, 'web-03': 220 };
const hosts = Object.keys(counts);
const numbers = Object.values(counts).map((count) => Array.from({ length: count }, (_, at) => at + 1));
/** A numbered line every 50 ms, beside a line that takes as long as the command. */
const command = `case $(hostname) in web-01) n=60;; web-02) n=140;; *) n=220;; esac; i=1; while [ $i -le $n ]; do echo "línea $i"; printf "w$i " >&2; i=$((i+1)); sleep 0.05; done`;

describe('who follows an action while Edge is killed and started again', () => {
  let data: string;
  let edge: EdgeProcess;

  beforeAll(async () => {
    data = await demoFolder();
    edge = await new EdgeProcess({ data, args: ['--demo'], env: { EDGE_PORT: String(await freePort()) } }).start();
  }, 120_000);

  afterAll(async () => {
    await edge.end('SIGINT');
    await removeFolder(data);
  }, 60_000);

  it('is told every byte of output once and in order, by the stream of events and by edge action follow', async () => {
    const { action_id: id } = await edge.client().post<Started>('/api/v1/commands', { hosts, command });
    const following = runCli(['action', 'follow', id, '--timeout', '2m'], { env: { EDGE_DATA: data } });
    const events = await readThrough(id, [{ at: 20, signal: 'SIGKILL' }, { at: 80, signal: 'SIGTERM' }, { at: 180, signal: 'SIGKILL' }]);
    const { code, out, err } = await following;
    const said = hosts.flatMap((host, at) => [[host, 'stdout', lines(at).map((line) => `${line}\n`).join('')], [host, 'stderr', words(at)]]);
    expect({ said: texts(events), resyncs: events.filter(({ event }) => event === 'resync') }).toEqual({ said, resyncs: [] });
    const printed = hosts.map((host) => out.split('\n').filter((line) => line.startsWith(host)));
    expect(printed).toEqual(hosts.map((host, at) => [...lines(at).map((line) => `${host} | ${line}`), `${host} ! ${words(at)}`]));
    expect({ code, unseen: err.includes('unseen') }).toEqual({ code: 0, unseen: false });
  }, 180_000);

  const lines = (at: number) => numbers[at]!.map((number) => `línea ${number}`);
  const words = (at: number) => numbers[at]!.map((number) => `w${number} `).join('');
  const told = ({ data: text }: ServerEvent) => JSON.parse(text) as Told;
  const isEnd = ({ event, data: text }: ServerEvent) => event === 'edge.action.status-changed.v1' && /"status":"(completed|failed|cancelled)"/.test(text);
  const isOutput = ({ event }: ServerEvent) => event === 'edge.output.appended.v1';
  const texts = (events: ServerEvent[]) => hosts.flatMap((host) => ['stdout', 'stderr'].map((stream) => [host, stream, events.filter(isOutput).map(told).filter((piece) => piece.host === host && piece.stream === stream).map(({ text }) => text).join('')]));

  /** All events to the end. Edge is ended and started again whenever a host has come to one of these lines. */
  async function readThrough(id: string, ends: { at: number; signal: NodeJS.Signals }[]): Promise<ServerEvent[]> {
    const events: ServerEvent[] = [];
    const [...left] = ends;
    while (!events.some(isEnd)) {
      const lastEventId = events.findLast((event) => event.id)?.id;
      const ended = await readTo(id, lastEventId, (event) => {
        events.push(event);
        return left[0] !== undefined && isOutput(event) && told(event).text.includes(`línea ${left[0].at}\n`);
      });
      if (!ended) continue;
      await edge.end(left.shift()!.signal);
      await edge.start();
    }
    return events;
  }

  /** True if it read to what was looked for. */
  async function readTo(id: string, lastEventId: string | undefined, found: (event: ServerEvent) => boolean): Promise<boolean> {
    for await (const event of edge.client().events(`/api/v1/actions/${id}/events`, lastEventId ? { lastEventId } : {})) if (found(event)) return true;
    return false;
  }
});
