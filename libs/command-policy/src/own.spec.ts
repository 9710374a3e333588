import { describe, expect, it } from '@jest/globals';
import { checkCommand } from './index.js';

const words = Object.getOwnPropertyNames(Object.prototype);
const around = ['W', 'sudo W', 'W --W x', 'echo $W', 'ls | xargs W', 'busybox W', 'git W', 'systemctl W x', 'W=1 ls', 'env W=1 ls', 'find . -W', 'tar --W x', 'printf %W x', 'cd ~W', 'tr [:W:] x', 'docker W', 'set -o W', '$(W)', 'x | W | sh'];

describe('words that every object of JavaScript has', () => {
  it.each(around)('are words like others: %s', (frame) => {
    const verdict = (word: string) => checkCommand(frame.replaceAll('W', word)).verdict;
    expect(words.filter((word) => verdict(word) !== verdict('unheard'))).toEqual([]);
  });
});
