import { demoDocuments } from './demo-documents.js';
import type { Started } from './demo-fleet.js';

/** Applies the demo's configuration as anybody would; what is there already stays as people have changed it. */
export async function seedDemo({ url, token, started }: { url: string; token: string; started: Started }): Promise<Started> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const there = await fetch(`${url}/api/v1/environments/balanced`, { headers });
  if (there.status !== 200) {
    const applied = await fetch(`${url}/api/v1/apply`, { method: 'POST', headers, body: JSON.stringify({ documents: demoDocuments(started.fleet) }) });
    if (!applied.ok) throw new Error(`The demo's configuration was refused: ${await applied.text()}`);
  }
  return started;
}
