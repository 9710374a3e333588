import { EdgeClient, EdgeProblem } from '@edge/client';

export const signedOut = 'edge-signed-out';

/** The console speaks to the Edge that served it; the session cookie says who it is, until Edge says that it no longer does. */
export const client = new EdgeClient({
  url: window.location.origin,
  fetch: async (...request) => {
    const answer = await fetch(...request);
    if (answer.status === 401) window.dispatchEvent(new Event(signedOut));
    return answer;
  },
});

/** Edge is not there or not ready; what it refuses stays refused. */
export function mayHeal(error: Error): boolean {
  return !(error instanceof EdgeProblem) || error.status >= 500;
}
