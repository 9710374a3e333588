import { describe, expect, it } from '@jest/globals';
import { checkCommand as judge } from './check-command.js';
import { rememberVerdicts } from './remember-verdicts.js';

describe('rememberVerdicts', () => {
  it('says of every text, user and rule what was said the first time, and judges anew only under rules', () => {
    let judged = 0;
    const check = rememberVerdicts((text, options) => {
      judged += 1;
      return judge(text, options);
    });
    const rules = [{ name: 'no-restarts', deny: ['systemctl restart *'] }];
    const asked: [string, Parameters<typeof judge>[1]?][] = [['systemctl restart app'], ['systemctl restart app', { runAs: 'root' }], ['systemctl restart app', { rules }], ['rm -rf /'], ['echo "'], ['echo hi', { rules: [] }]];
    for (const [text, options] of [...asked, ...asked]) expect(check(text, options)).toEqual(judge(text, options));
    expect(judged).toBe(asked.length + 1);
  });
});
