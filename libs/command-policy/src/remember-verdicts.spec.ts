import { describe, expect, it } from '@jest/globals';
import { checkCommand as judge } from './check-command.js';
import { rememberVerdicts } from './remember-verdicts.js';

describe('rememberVerdicts', () => {
  it('says of every text, user and list of rules what was said the first time, and judges once', () => {
    let judged = 0;
    const check = rememberVerdicts((text, options) => {
      judged += 1;
      return judge(text, options);
    });
    const [rules, later] = [[{ name: 'no-restarts', deny: ['systemctl restart *'] }], [{ name: 'no-restarts', deny: ['systemctl restart *'] }]];
    const asked: [string, Parameters<typeof judge>[1]?][] = [['systemctl restart app'], ['systemctl restart app', { runAs: 'root' }], ['systemctl restart app', { rules }], ['systemctl restart app', { rules: later }], ['rm -rf /'], ['echo "']];
    for (const [text, options] of [...asked, ...asked]) expect(check(text, options)).toEqual(judge(text, options));
    expect(judged).toBe(asked.length);
    check('rm -rf /', { rules: [] });
    expect(judged).toBe(asked.length);
  });

  it('keeps no more than is worth its memory', () => {
    let judged = 0;
    const check = rememberVerdicts(() => {
      judged += 1;
      return { verdict: 'allow', rule: '', detail: '' } as never;
    });
    for (let n = 0; n < 100; n++) check(`${n}${'x'.repeat(50_000)}`);
    check(`99${'x'.repeat(50_000)}`);
    expect(judged).toBe(100);
    check(`0${'x'.repeat(50_000)}`);
    expect(judged).toBe(101);
  });
});
