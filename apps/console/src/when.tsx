import { useEffect, useState } from 'react';

/** The time now, once a second while it goes on, so that ages and durations on the page do. */
export function useNow(goesOn: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, [goesOn]);
  return now;
}

/** How long ago, in the largest unit that fits; the exact time on hover. */
export function Ago({ at, now }: { at: string; now: number }) {
  return <time dateTime={at} title={new Date(at).toLocaleString()}>{ago(now - Date.parse(at))}</time>;
}

/** `1m 20s`, from a beginning to an end or to now. */
export function lasted(from: string, to: string | undefined, now: number): string {
  return spoken(Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from)));
}

function ago(ms: number): string {
  return ms < 5_000 ? 'just now' : `${spoken(ms).split(' ')[0]} ago`;
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h ${Math.floor((seconds % 3_600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3_600)}h`;
}
