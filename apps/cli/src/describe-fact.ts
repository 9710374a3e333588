type Data = Record<string, unknown>;

/** One fact as a line for people: `web-01  stop  ok`. Undefined where another fact says the same better. */
export function describeFact(type: string, data: Data): string | undefined {
  const tell = sentences[type.replace(/^edge\./, '').replace(/\.v1$/, '')];
  return tell ? tell(data) : plain(type, data);
}

const sentences: Record<string, (data: Data) => string | undefined> = {
  'action.status-changed': ({ status, for: what, reason, starts_at }) => joined('──', status, what && `for ${words(what)}`, starts_at && `until ${words(starts_at).slice(11, 19)}`, reason && `(${words(reason)})`),
  'action.message-added': ({ level, text }) => joined('──', level === 'info' ? '' : `${words(level)}:`, text),
  'stage.started': (data) => joined('══', place(data), 'begins'),
  'stage.finished': (data) => joined('══', place(data), 'has ended'),
  'batch.started': ({ hosts, ...data }) => joined('··', place(data), Array.isArray(hosts) ? hosts.join(' ') : ''),
  'batch.finished': () => undefined,
  'step.started': ({ host, step }) => joined(host, step, '…'),
  'step.finished': ({ host, step, ok, detail }) => joined(host, step, ok === false ? 'FAILED' : 'ok', detail && `(${words(detail)})`),
  'resync': ({ what }) => joined('──', what === 'output' ? 'some output went by unseen: edge action logs shows it' : 'from the beginning'),
  'host.changed': ({ host, state, why }) => (state === 'running' ? undefined : joined(host, words(state).toUpperCase(), why && `(${words(why)})`)),
};

function place({ zone, stage, batch, share }: Data): string {
  return joined(zone && `zone ${words(zone)}`, stage === undefined ? '' : `stage ${words(stage)}`, batch === undefined ? '' : `batch ${words(batch)}`, share === undefined ? '' : `(${words(share)} %)`);
}

function plain(type: string, data: Data): string {
  return joined(type, ...Object.entries(data).map(([key, value]) => `${key}=${words(value)}`));
}

function joined(...parts: unknown[]): string {
  return parts.filter((part) => part !== undefined && part !== '' && part !== false).map(words).join('  ');
}

function words(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
