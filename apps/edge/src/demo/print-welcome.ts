import { relative } from 'node:path';
import type { Started } from './demo-fleet.js';

/** What `npm start` prints first: the link, where the token lies, and a command to paste. */
export function welcome(at: { url: string; code: string; data: string; demo?: Started | undefined }): string {
  const file = relative(process.cwd(), `${at.data}/edge.json`) || at.data;
  const link = `${at.url}/#code=${at.code}`;
  const lines = [`Console   ${link}   (signs you in, good for 10 minutes)`, `Token     in ${file}`];
  if (!at.demo) return lines.join('\n');
  const token = `$(sed 's/.*"token":"\\([^"]*\\)".*/\\1/' ${file})`;
  return [
    ...lines,
    `Hosts     web-01 … web-12, served by ${at.demo.servedBy}; projects demo/shop (host by host) and demo/store (in stages behind ${at.demo.balancer})`,
    `Visitors  20 a second through ${at.demo.balancer}; what they were answered: http://127.0.0.1:${at.demo.fleet.windowPort}/`,
    '',
    'Deploy a second version:',
    `  curl -X POST ${at.url}/space/demo/shop/deploy/ -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '{"version": "shop-2.tar.gz"}'`,
    'or by the CLI:',
    '  npx edge deploy demo/shop --version shop-3.tar.gz --follow',
    'Drained, staggered and canaried, while nobody notices:',
    '  npx edge deploy demo/store --version shop-2.tar.gz --follow',
    '',
  ].join('\n');
}
