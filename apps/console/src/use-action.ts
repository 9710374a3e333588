import { factTypes, isEnd } from '@edge/contracts';
import { useEffect, useState } from 'react';
import { client } from './client.js';
import type { ActionShown, LogLine } from './shapes.js';

interface OutputFact { host: string; step: string; command: string; stream: 'stdout' | 'stderr'; offset: number; text: string }
interface StoredLine { host: string; step: string; command_id: string; stream: 'stdout' | 'stderr'; offset: number; text: string }

const shownLines = 5_000;

/** One action as it is and its output as it comes. What the stream can no longer give is read from the log index. */
export function useAction(id: string): { action?: ActionShown; lines: LogLine[]; problem: string } {
  const [action, setAction] = useState<ActionShown>();
  const [lines, setLines] = useState<LogLine[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let waiting: number | undefined;
    const seen = new Map<string, LogLine>();
    const add = (more: LogLine[]) => {
      for (const line of more) seen.set(line.key, line);
      setLines([...seen.values()].slice(-shownLines));
    };
    const load = () => client.get<ActionShown>(`/api/v1/actions/${id}`).then((shown) => { setAction(shown); setProblem(''); return shown; }, (error: Error) => setProblem(error.message));
    const soon = () => { waiting ??= window.setTimeout(() => { waiting = undefined; void load(); }, 150); };
    const fromIndex = () => client.get<{ items: StoredLine[] }>(`/api/v1/actions/${id}/logs`, { query: { kind: 'detail', limit: 1000 } }).then(({ items }) => add(items.map(storedLine)), (error: Error) => setProblem(error.message));
    const events = new EventSource(`/api/v1/actions/${id}/events`);
    for (const type of factTypes) events.addEventListener(type, soon);
    events.addEventListener('resync', () => void fromIndex());
    events.addEventListener('edge.output.appended.v1', (event) => add(liveLines(JSON.parse((event as MessageEvent<string>).data) as OutputFact)));
    void load().then((shown) => { if (shown && isEnd(shown.status)) { events.close(); void fromIndex(); } });
    return () => { events.close(); window.clearTimeout(waiting); };
  }, [id]);
  return { ...(action ? { action } : {}), lines, problem };
}

function storedLine(line: StoredLine): LogLine {
  return { key: `${line.command_id}:${line.stream}:${line.offset}`, host: line.host, step: line.step, stream: line.stream, text: line.text };
}

/** A piece's lines, keyed as the log index keys them as far as a line begins in this piece. */
function liveLines(fact: OutputFact): LogLine[] {
  if (fact.text === '') return []; // the stream ended in the middle of a line that is here already
  let offset = fact.offset;
  return fact.text.replace(/\n$/, '').split('\n').map((text) => {
    const line = { key: `${fact.command}:${fact.stream}:${offset}`, host: fact.host, step: fact.step, stream: fact.stream, text };
    offset += new TextEncoder().encode(text).length + 1;
    return line;
  });
}
