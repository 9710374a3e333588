const againMs = 1_000;

export interface Listening { on: Record<string, (data: string) => void>; opened: () => void; lost: () => void }

/** Listens to server-sent events until it is told to stop. A browser takes up a broken stream by itself, but gives up at an answer that is none. */
export function listen(address: string, { on, opened, lost }: Listening): () => void {
  let events: EventSource;
  let waiting: number | undefined;
  const connect = () => {
    events = new EventSource(address);
    for (const [type, take] of Object.entries(on)) events.addEventListener(type, (event) => take((event as MessageEvent<string>).data));
    events.addEventListener('open', opened);
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED) waiting = window.setTimeout(connect, againMs);
      lost();
    });
  };
  connect();
  return () => { window.clearTimeout(waiting); events.close(); };
}
