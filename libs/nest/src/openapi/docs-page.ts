import type { Route, RouteName } from './problem-answers.js';

/** The routes as one plain page, without script or foreign resource. */
export function docsPage(handled: Map<RouteName, Route>): string {
  const rows = [...handled.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).map((route) => `<tr><td><b>${route.method}</b></td><td><code>${escaped(route.path)}</code></td><td>${escaped(route.about)}</td><td>${escaped(route.needs)}</td></tr>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Edge: routes</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}td{padding:.25rem .75rem;vertical-align:top;border-bottom:1px solid #8884}table{border-collapse:collapse}</style>
<h1>Edge: routes</h1><p>Bodies and answers in full: <a href="/openapi.json">openapi.json</a>; the bus: <a href="/asyncapi.json">asyncapi.json</a>.</p>
<table><thead><tr><th>Method</th><th>Path</th><th>Does</th><th>Needs</th></tr></thead><tbody>${rows.join('')}</tbody></table></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
