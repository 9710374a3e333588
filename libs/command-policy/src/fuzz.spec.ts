import { describe, expect, it } from '@jest/globals';
import { checkCommand } from './check-command.js';
import { limits } from './walk/scene.js';

/** More of them by hand: `EDGE_TEST_INPUTS=1000000`. */
const inputs = Number(process.env.EDGE_TEST_INPUTS ?? 50_000);
const pieces = ['rm', '-rf', '/', ' ', ' ', ' ', ';', '|', '&', '&&', '||', '\n', '$', '(', ')', '$(', '`', '{', '}', '${', ',', '..', '*', '?', '[', ']', '"', "'", '\\', "$'\\x", '<', '>', '<<', '<<<', '>&', '2>&1', 'if ', 'then ', 'fi', 'for i in ', 'do ', 'done', 'while ', 'case x in ', 'esac', ';;', 'x=', 'x', '$x', '"$@"', 'sudo ', 'sh -c ', 'eval ', 'echo ', 'base64 -d', 'xargs ', 'find . ', '-exec ', '{}', '+', '%', '#', '!', '~', '((', '))', '[[', ']]', 'f()', 'é', '\u200B', '\u0000', '\uE001', '𝒓', '=', ':-', '//', 'cd ', 'set -- ', 'read ', 'sed ', 's/a/b/e', "awk '{", 'python3 -c ', 'EOF', '1', '-'];

/** mulberry32: the same inputs on every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function anyText(random: () => number): string {
  const count = 1 + Math.floor(random() * random() * 40);
  return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('');
}

const hostile: Record<string, string> = {
  substitutions: `echo ${'$('.repeat(20_000)}`, backticks: '`'.repeat(65_000), braces: `echo ${'{a,b}'.repeat(10_000)}`, openBraces: `echo ${'{'.repeat(60_000)}`, nestedBraces: `echo ${'{a,'.repeat(20_000)}`, stars: `rm -rf ${'/*'.repeat(30_000)}`, words: `echo ${'a '.repeat(32_000)}`, statements: 'true;'.repeat(13_000), pipes: `${'cat|'.repeat(16_000)}cat`,
  doubling: `a=aaaaaaaa;${'a=$a$a;'.repeat(9_000)}`, loops: `${'for i in 1 2 3 4 5 6 7 8 9;do '.repeat(900)}rm $i;${'done;'.repeat(900)}`, branches: `${'if x;then a=1;else a=2;fi;'.repeat(2_000)}echo $a`, evals: `${'eval '.repeat(13_000)}x`, wrappers: `${'sudo '.repeat(13_000)}x`, environments: `${'env A=b '.repeat(8_000)}x`,
  functions: `${Array.from({ length: 1_400 }, (_, index) => `f${index}(){ f${index + 1};f${index + 1};f${index + 1}; };`).join('')}f0`, arithmetic: `echo $((${'1+'.repeat(30_000)}1))`, patterns: `a=${'a'.repeat(200)};${'echo ${a%%*a*a*a*b};'.repeat(3_000)}`, replacements: `a=${'a'.repeat(30_000)};${'echo ${a//a/bbbbbbbb};'.repeat(1_500)}`, redirections: `echo x ${'>a '.repeat(20_000)}`, hereDocument: `cat <<E\n${'$(x)'.repeat(16_000)}\nE`, python: `python3 -c '${'open("'.repeat(10_000)}'`, awk: `awk '${'print > '.repeat(8_000)}'`,
};

describe('checkCommand under fire', () => {
  it(`answers ${inputs} random inputs within its bounds`, () => {
    const random = randomFrom(20_261_125);
    const seen = new Set<string>();
    for (let count = 0; count < inputs; count += 1) {
      const text = anyText(random);
      const { verdict, span } = checkCommand(text);
      seen.add(verdict);
      if (!(span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length)) throw new Error(`A span outside of the text: ${JSON.stringify({ text, span })}`);
    }
    expect([...seen].sort()).toEqual(['allow', 'approve', 'deny']);
  }, Math.max(300_000, inputs * 2));

  it.each(Object.entries(hostile))('answers 64 KiB of %s', (_name, text) => {
    expect(text.length).toBeLessThanOrEqual(limits.bytes);
    expect(checkCommand(text)).toMatchObject({ verdict: expect.stringMatching(/^(?:allow|approve|deny)$/) });
  }, 60_000);

  it('does not trust what base64 cannot read', () => {
    expect(checkCommand('echo a | base64 -d | sh')).toMatchObject({ verdict: 'deny', rule: 'pipe-to-shell' });
  });

  it('refuses what is longer', () => {
    expect(checkCommand(`echo ${'a'.repeat(limits.bytes)}`)).toMatchObject({ verdict: 'deny', rule: 'too-long' });
  });
});
