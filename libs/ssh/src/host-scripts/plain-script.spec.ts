import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { directCommand } from './plain-script.js';

const direct = (text: string) => directCommand({ text, env: {} });
const run = (shell: string[], text: string) => {
  const { status, stdout, error } = spawnSync(shell[0]!, [...shell.slice(1), '-c', text], { encoding: 'utf8' });
  return { status, stdout, missing: error !== undefined };
};

describe('directCommand', () => {
  it('leaves out the second shell only where every shell means the same', () => {
    expect(['hostname', 'systemctl is-active nginx.service', 'df -P /var/lib', 'ip -4 addr'].map(direct)).toEqual(['exec hostname', 'exec systemctl is-active nginx.service', 'exec df -P /var/lib', 'exec ip -4 addr']);
    const others = ['echo a', 'A=b env', 'ls *', 'ls ~', 'id; id', 'id\nid', ' id', 'id  -u', 'cat $HOME', 'cat "a"', 'ls {a,b}', 'id &', 'id>f', '/opt/script', './script', '-x', 'exit 3', 'while', 'id #a', '!!', 'id \\', 'cat a|b', ''];
    for (const text of others) expect(direct(text)).toMatch(/^exec sh -c '/);
  });

  it('ends in every login shell as it would in sh', () => {
    for (const shell of [['sh'], ['bash'], ['dash'], ['ksh'], ['mksh'], ['busybox', 'ash']]) {
      for (const text of ['uname', 'expr 6 - 6', 'basename /a/b:c=d,e@f%g+h .x', 'no-such-program-anywhere a', 'env -u X uname -s']) {
        const found = run(shell, direct(text)!);
        if (found.missing) continue; // this machine has no such shell
        const { status, stdout } = run(['sh'], text);
        expect({ shell, text, status: found.status, stdout: found.stdout }).toEqual({ shell, text, status, stdout });
      }
    }
  });

  it('passes by what the user\'s own files define', () => {
    expect(run(['bash'], `uname() { echo mine; }; ${direct('uname')}`).stdout).toBe(run(['sh'], 'uname').stdout);
  });
});
