import type { JsonObject } from '@edge/contracts';
import type { Monitor } from '@edge/ports';

/** The first monitor whose name holds one of the words; `send` is the text of an HTTP request, `recv` what its answer must hold. */
export function monitorIn(answer: JsonObject, words: readonly string[]): Monitor | undefined {
  const [names, sends, receives] = ['monitor_template', 'send', 'recv'].map((key) => listOf(answer[key]));
  const at = names!.findIndex((name) => words.some((word) => name.includes(word)));
  return at < 0 ? undefined : requestIn(sends![at] ?? '', receives![at]);
}

/** `GET /health HTTP/1.1\r\nHost: x\r\n\r\nbody` with its line ends written out or real. */
function requestIn(send: string, expect: string | undefined): Monitor | undefined {
  const lines = send.replaceAll('\\r', '\r').replaceAll('\\n', '\n').split(/\r?\n/);
  const found = /^(GET|POST|HEAD)\s+(\S+)/.exec(lines[0] ?? '');
  if (!found) return undefined;
  const gap = lines.indexOf('', 1);
  const headers = Object.fromEntries(lines.slice(1, gap < 0 ? undefined : gap).flatMap((line) => {
    const header = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
    return header ? [[header[1]!.toLowerCase(), header[2]!] as const] : [];
  }));
  const body = gap < 0 ? '' : lines.slice(gap + 1).join('\n').trim();
  return { method: found[1]!, path: found[2]!, ...(Object.keys(headers).length > 0 ? { headers } : {}), ...(body ? { body } : {}), ...(expect ? { expect } : {}) };
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
