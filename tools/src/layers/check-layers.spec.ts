import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const program = join(import.meta.dirname, 'check-layers.mjs');

/** Plants one file in an otherwise empty house and answers what the check prints about it. */
function planted(file: string, text: string): { status: number | null; printed: string } {
  const root = mkdtempSync(join(tmpdir(), 'edge-layers-'));
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), text);
  const run = spawnSync(process.execPath, [program, root], { encoding: 'utf8' });
  rmSync(root, { recursive: true });
  return { status: run.status, printed: run.stderr };
}

const violations: [string, string, string][] = [
  ['contracts import a workspace', 'libs/contracts/src/x.ts', `import '@edge/ports';`],
  ['contracts validate outside messages', 'libs/contracts/src/x.ts', `import { IsString } from 'class-validator';`],
  ['ports import npm', 'libs/ports/src/x.ts', `import 'kafkajs';`],
  ['a script touches node', 'libs/scripts/src/x.ts', `import 'node:fs';`],
  ['the engine does I/O', 'libs/engine/src/x.ts', `import { readFile } from 'node:fs/promises';`],
  ['the engine knows Nest', 'libs/engine/src/x.ts', `import { Injectable } from '@nestjs/common';`],
  ['the engine knows a driver', 'libs/engine/src/x.ts', `import '@edge/sqlite';`],
  ['the policy knows Nest', 'libs/command-policy/src/x.ts', `import '@nestjs/common';`],
  ['an adapter imports another', 'libs/adapters/kafka/src/x.ts', `export * from '@edge/sqlite';`],
  ['an adapter takes a second driver', 'libs/adapters/mongo/src/x.ts', `import('kafkajs');`],
  ['an adapter knows the engine', 'libs/adapters/sqlite/src/x.ts', `import '@edge/engine';`],
  ['ssh knows the engine', 'libs/ssh/src/x.ts', `import '@edge/engine';`],
  ['nest knows an adapter', 'libs/nest/src/x.ts', `import '@edge/sqlite';`],
  ['a service imports a service', 'apps/gateway/src/x.ts', `import '@edge/acl';`],
  ['a service chooses an adapter outside wire.ts', 'apps/executor/src/x.ts', `import '@edge/ssh';`],
  ['wire.ts imports a service', 'apps/executor/src/wire.ts', `import '@edge/gateway';`],
  ['a service takes a driver itself', 'apps/log-shipper/src/x.ts', `import '@elastic/elasticsearch';`],
  ['the client knows node', 'libs/client/src/x.ts', `import 'node:http';`],
  ['the console knows the engine', 'apps/console/src/x.tsx', `import '@edge/engine';`],
  ['the CLI knows the engine outside script', 'apps/cli/src/commands/action/x.ts', `import '@edge/engine';`],
  ['testing knows an adapter', 'libs/testing/src/x.ts', `import '@edge/sqlite';`],
  ['a spec takes an adapter', 'apps/gateway/src/x.spec.ts', `import '@edge/sqlite';`],
  ['a relative path leaves the project', 'apps/gateway/src/x.ts', `import '../../acl/src/index.js';`],
  ['a service reads the environment', 'apps/gateway/src/x.ts', `export const port = process.env.EDGE_PORT;`],
  ['a type-only import', 'libs/engine/src/x.ts', `import type { Kafka } from 'kafkajs';`],
];

const allowed: [string, string, string][] = [
  ['messages validate', 'libs/contracts/src/messages/x.ts', `import 'class-validator';`],
  ['the engine hashes', 'libs/engine/src/x.ts', `import 'node:crypto';`],
  ['wire.ts chooses an adapter', 'apps/executor/src/wire.ts', `import '@edge/ssh';`],
  ['env.ts reads the environment', 'apps/gateway/src/env.ts', `export const port = process.env.EDGE_PORT;`],
  ['a spec uses testing', 'libs/engine/src/x.spec.ts', `import '@edge/testing'; import 'node:fs';`],
  ['apps/edge takes the services', 'apps/edge/src/x.ts', `import '@edge/gateway';`],
];

describe('the layer check', () => {
  it.each(violations)('refuses when %s', (_name, file, text) => {
    const { status, printed } = planted(file, text);
    expect(status).toBe(1);
    expect(printed).toContain(file);
  });

  it.each(allowed)('allows that %s', (_name, file, text) => {
    expect(planted(file, text)).toEqual({ status: 0, printed: '' });
  });
});
