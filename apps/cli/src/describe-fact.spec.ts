import { describe, expect, it } from '@jest/globals';
import { describeFact } from './describe-fact.js';

describe('describeFact', () => {
  it('says in a line what happened where, and why', () => {
    expect([
      describeFact('edge.action.status-changed.v1', { status: 'waiting', stage: 1, for: 'the verdict of a person' }),
      describeFact('edge.action.status-changed.v1', { status: 'counting-down', starts_at: '2026-11-25T10:11:12.000Z' }),
      describeFact('edge.action.message-added.v1', { level: 'warning', text: 'Rolled back: all.' }),
      describeFact('edge.stage.started.v1', { zone: 'north', stage: 2, share: 50 }),
      describeFact('edge.batch.started.v1', { zone: 'north', stage: 2, batch: 1, hosts: ['web-02', 'web-03'] }),
      describeFact('edge.step.finished.v1', { host: 'web-02', step: 'stop', ok: true }),
      describeFact('edge.step.finished.v1', { host: 'web-02', step: 'start', ok: false, detail: 'exit code 1' }),
      describeFact('edge.host.changed.v1', { host: 'web-02', state: 'failed', why: 'start failed' }),
      describeFact('resync', { action: 'a', what: 'output' }),
    ]).toEqual([
      '──  waiting  for the verdict of a person', '──  counting-down  until 10:11:12', '──  warning:  Rolled back: all.', '══  zone north  stage 2  (50 %)  begins', '··  zone north  stage 2  batch 1  web-02 web-03',
      'web-02  stop  ok', 'web-02  start  FAILED  (exit code 1)', 'web-02  FAILED  (start failed)', '──  some output went by unseen: edge action logs shows it',
    ]);
  });

  it('leaves out what another line says, and nothing of a fact that it does not know', () => {
    expect(describeFact('edge.host.changed.v1', { host: 'web-02', state: 'running' })).toBeUndefined();
    expect(describeFact('edge.grant.changed.v1', { who: 'asha', keys: ['version'] })).toBe('edge.grant.changed.v1  who=asha  keys=["version"]');
  });
});
