import type { DetailDocument } from '@edge/contracts';

/** Lines on their way to the thread: what lines that follow each other share travels once, and the id only where it is not made of its parts. */
export interface PackedLines { shared: Shared[]; lines: PackedLine[] }

const sharedFields = ['correlation_id', 'space', 'project', 'type', 'actor', 'at', 'host', 'step', 'command_id', 'stream'] as const;
type Shared = Pick<DetailDocument, (typeof sharedFields)[number]>;
type PackedLine = [of: number, offset: number, text: string, newline: boolean, more: Partial<DetailDocument> | undefined];

const known: ReadonlySet<string> = new Set([...sharedFields, 'id', 'offset', 'text', 'newline']);

export function packLines(details: DetailDocument[]): PackedLines {
  const packed: PackedLines = { shared: [], lines: [] };
  let before: DetailDocument | undefined;
  for (const detail of details) {
    if (!before || sharedFields.some((field) => detail[field] !== before?.[field])) packed.shared.push(sharedOf(detail));
    before = detail;
    packed.lines.push([packed.shared.length - 1, detail.offset, detail.text, detail.newline, moreOf(detail)]);
  }
  return packed;
}

/** One by one: none is kept for longer than it takes to store it. */
export function* unpackLines({ shared, lines }: PackedLines): Generator<DetailDocument> {
  for (const [of, offset, text, newline, more] of lines) {
    const common = shared[of]!;
    yield { ...common, id: idOf(common, offset), offset, text, newline, ...more };
  }
}

const idOf = ({ command_id: command, stream }: Shared, offset: number): string => `${command}:${stream}:${offset}`;

function sharedOf({ correlation_id, space, project, type, actor, at, host, step, command_id, stream }: DetailDocument): Shared {
  return { correlation_id, space, project, type, actor, at, host, step, command_id, stream };
}

function moreOf(detail: DetailDocument): Partial<DetailDocument> | undefined {
  const others = Object.keys(detail).some((name) => !known.has(name)) ? Object.fromEntries(Object.entries(detail).filter(([name]) => !known.has(name))) : undefined;
  return detail.id === idOf(detail, detail.offset) ? others : { ...others, id: detail.id };
}
