import { type DetailDocument, newId, topics } from '@edge/contracts';
import { OutputAppended } from '@edge/contracts/messages';
import { toRecord } from '@edge/nest';
import type { BusRecord } from '@edge/ports';

const ACTIONS = 40;
const COMMANDS_EACH = 25;
const LINES_EACH = 100;
/** In one round. */
export const LINES = ACTIONS * COMMANDS_EACH * LINES_EACH;

const texts = Array.from({ length: LINES_EACH }, (_, n) => `INFO  unpacked file number ${String(n).padStart(4, '0')} of the release into /opt/app/releases/${String(n * 7 % 977).padStart(4, '0')}/lib, took ${String(n % 89).padStart(2, '0')} ms`);
const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));

interface Source { action: string; command: string }

/** 1,000 commands of 40 actions. */
export function commandsOfRound(): Source[] {
  const actions = Array.from({ length: ACTIONS }, () => newId(Date.now()));
  return Array.from({ length: COMMANDS_EACH }, (_, n) => actions.map((action) => ({ action, command: `${action}-${n}` }))).flat();
}

/** What all of them print, as an executor sends it. */
export function outputRecord({ action, command }: Source): BusRecord {
  const message: OutputAppended = Object.assign(new OutputAppended(), {
    action, ...shared, host: command.slice(-12), step: 'install', command, stream: 'stdout' as const, offset: 0, bytes: bytes.toString('base64'), at: new Date().toISOString(), last: true as const,
  });
  return toRecord(topics.output.name, action, message, { correlationId: action, causationId: command, source: 'edge/bench', id: `${command}:stdout:0` });
}

/** The same as the log index gets it. */
export function lineDocuments({ action, command }: Source): DetailDocument[] {
  let offset = 0;
  return texts.map((text) => {
    const document: DetailDocument = { id: `${command}:stdout:${offset}`, correlation_id: action, ...shared, at: new Date().toISOString(), host: command.slice(-12), step: 'install', command_id: command, stream: 'stdout', offset, text, newline: true };
    offset += Buffer.byteLength(text) + 1;
    return document;
  });
}

const shared = { space: 'bench-lines', project: 'shop', type: 'deploy', actor: 'user:bench' };
