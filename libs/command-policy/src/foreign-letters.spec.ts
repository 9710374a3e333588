import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCommand } from './check-command.js';

const isHidden = (command: string) => checkCommand(command).rule === 'unicode-hidden';
const escaped = (text: string, special: RegExp) => text.replace(special, '\\$&');

const quoted = [`echo 'é'`, `echo "é"`, `echo $'it\\'s é'`, `: # it's é`, `cat <<'E'\n"é $(x 'é\nE`, `cat <<E\n'é "é\nE`, `echo "\${x:-é}"`, `echo "$x"'"'"é"`, `printf %s "\\"" 'é'`, `a[1]='é' b="é"`, `[[ $x == "é"* ]]`, `f "{é"`, `echo '$(' é"" 2>"é"`.replace(' é""', ` "é"`)];
const bare = [`еcho hi`, `echo é`, `x=é`, `echo \${x:-é}`, `echo \${x:- # é}`, `echo x >é`, `echo \\é`, `echo a\\ # é`, `echo a#é`, `cat <<< é`, `echo 'a'é'b'`, `echo "a"é"b"`, `cat <<E\n$(éa)\nE`, `for é in a; do :; done`, `case é in a) ;; esac`, `[[ é == a ]]`, `cat <<é\nx\né`, `echo @(é|b) {é,a}`];
const around: ((list: string) => string)[] = [
  (list) => `echo $( ${list}\n)`, (list) => `echo "a $( ${list}\n) b"`, (list) => `echo "\${x:-$( ${list}\n)}"`, (list) => `echo \${x:-"$( ${list}\n)"}`, (list) => `cat <<W${list.length}\nit's " $( ${list}\n)\nW${list.length}`, (list) => `cat <( ${list}\n)`,
  (list) => `( ${list}\n)`, (list) => `{ ${list}\n}`, (list) => `if :; then ${list}\nfi`, (list) => `f() { ${list}\n}`, (list) => `case a in a) ${list}\n;; esac`, (list) => `echo \`${escaped(list, /[\\`$]/g)}\n\``, (list) => `echo "\`${escaped(list, /[\\`$"]/g)}\n\`"`, (list) => `echo $(( $( ${list}\n) + 1 ))`,
  (list) => `echo "$(cat '"')"\n${list}\necho 'x'`, (list) => `: it\\'s "'" # it's " \`\n${list}`, (list) => `${list}\necho "'" # "`, (list) => `cat <<'Q'\n' " \` $(\nQ\n${list}`, (list) => `echo \${x#"'"} \${x%\\"}\n${list}`,
];

const nest = (command: string, by: readonly ((list: string) => string)[]) => by.reduce((list, wrap) => wrap(list), command);
const wraps = fc.array(fc.constantFrom(...around), { maxLength: 4 });

describe('a letter that is not ASCII', () => {
  it('is denied where it would be run beside a substitution that holds quotes', () => {
    expect(checkCommand(`echo "$(cat '"')"; еcho hi; echo 'x'`)).toMatchObject({ verdict: 'deny', rule: 'unicode-hidden', span: [19, 20] });
    expect(checkCommand(`cat <<E\nx\nE\nеcho hi`)).toMatchObject({ verdict: 'deny', rule: 'unicode-hidden' });
    expect(checkCommand('echo "$(еcho hi)"')).toMatchObject({ verdict: 'deny', rule: 'unicode-hidden' });
  });

  it('is allowed in quotes beside a substitution that holds quotes', () => {
    expect(checkCommand(`echo "$(cat '"')"; echo 'é'`)).toMatchObject({ verdict: 'allow' });
  });

  it.each(quoted.map((command) => [command]))('may stand in %s', (command) => { expect(isHidden(command)).toBe(false); });
  it.each(bare.map((command) => [command]))('may not stand in %s', (command) => { expect(isHidden(command)).toBe(true); });

  it('is judged the same in every nesting', () => {
    fc.assert(fc.property(fc.constantFrom(...quoted), wraps, (command, by) => { expect([nest(command, by), checkCommand(nest(command, by)).rule]).not.toEqual([expect.anything(), expect.stringMatching(/^(?:unicode-hidden|parse-error)$/)]); }), { numRuns: 3_000, seed: 5 });
    fc.assert(fc.property(fc.constantFrom(...bare), wraps, (command, by) => { expect([nest(command, by), checkCommand(nest(command, by)).rule]).toEqual([expect.anything(), 'unicode-hidden']); }), { numRuns: 3_000, seed: 6 });
  });

  it('is found however deeply it is nested', () => {
    for (const depth of [60, 300, 2_000]) expect(checkCommand(`${'echo "$('.repeat(depth)}еcho${')"'.repeat(depth)}`).verdict).toBe('deny');
  });
});
