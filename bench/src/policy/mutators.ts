import { respellings } from '@edge/command-policy/testing';

/** Another spelling of a command; undefined: not for this one. */
export type Mutator = (command: string, random: () => number) => string | undefined;

/** One simple command of plain words. */
const plain = /^[A-Za-z][\w./-]*(?: [\w./:,=@%+-]+)*$/;
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const words = (make: (words: string[], random: () => number) => string): Mutator => (command, random) => (plain.test(command) ? make(command.split(' '), random) : undefined);
const octal = (text: string) => [...text].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');
const hex = (text: string) => [...text].map((letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/** A letter of a word in quotes, behind a backslash, or with nothing between. */
function broken(word: string, random: () => number): string {
  const at = Math.floor(random() * word.length);
  const [before, letter, after] = [word.slice(0, at), word[at] ?? '', word.slice(at + 1)];
  return before + pick(random, [`'${letter}'`, `"${letter}"`, `\\${letter}`, `""${letter}`, `''${letter}`, `$'${letter}'`, `${letter}$()`]) + after;
}

const ofWords: Mutator[] = [
  words(([name = '', ...rest], random) => [broken(name, random), ...rest].join(' ')),
  words((all, random) => all.map((word) => (random() < 0.4 ? broken(word, random) : word)).join(' ')),
  words((all) => all.map((word) => `"${word}"`).join(' ')),
  words(([name = '', ...rest]) => [`$'${hex(name)}'`, ...rest].join(' ')),
  words(([name = '', ...rest]) => [`$'${octal(name)}'`, ...rest].join(' ')),
  words(([name = '', ...rest]) => `N=${name}; $N ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `N=${name}; "\${N}" ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `A=${name.slice(0, 1)} B=${name.slice(1)}; $A$B ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `N=x${name}x; \${N:1:${name.length}} ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `$(echo ${name}) ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `\`printf %s ${name}\` ${rest.join(' ')}`),
  words(([name = '', ...rest]) => `$(echo ${[...name].reverse().join('')} | rev) ${rest.join(' ')}`),
  words((all) => `W=${quoted(all.join(' '))}; $W`),
  words((all) => `W=(${all.join(' ')}); "\${W[@]}"`),
  words((all) => `set -- ${all.join(' ')}; "$@"`),
  words((all) => (all.length > 1 ? `{${all.join(',')}}` : undefined) ?? all.join(' ')),
  words((all) => all.join('  \\\n ')),
  words((all) => all.join("${IFS}")),
  words(([name = '', ...rest]) => `f() { ${name} "$@"; }; f ${rest.join(' ')}`),
  words(([name = '', ...rest]) => (rest.length > 0 ? `echo ${rest.join(' ')} | xargs ${name}` : `echo | xargs ${name}`)),
  words((all) => `env -S ${quoted(all.join(' '))}`),
  words((all) => `find /etc/hosts -exec ${all.join(' ')} \\;`),
  words((all) => `bash -c '"$@"' sh ${all.join(' ')}`),
  words(([name = '', ...rest]) => [`/usr/bin/../bin/${name}`, ...rest].join(' ')),
  words(([name = '', ...rest]) => [`\\${name}`, ...rest].join(' ')),
  words((all) => `command ${all.join(' ')}`),
  words((all) => `exec ${all.join(' ')}`),
  words((all) => `sudo -n -u root -- ${all.join(' ')}`),
  words((all) => `nice -n 5 nohup timeout -s KILL 9 ${all.join(' ')}`),
  words((all) => `while read -r line; do eval "$line"; done <<< ${quoted(all.join(' '))}`),
  words((all) => all.map((word) => (word.startsWith('/') ? word.replace('/', '/./') : word)).join(' ')),
  words((all) => all.map((word) => (word.startsWith('/') ? `//tmp/..${word}` : word)).join(' ')),
  words((all) => { const path = all.find((word) => word.startsWith('/')); return path === undefined ? all.join(' ') : `P=${path}; ${all.map((word) => (word === path ? '"$P"' : word)).join(' ')}`; }),
  words((all) => { const path = all.find((word) => word.startsWith('/')); return path === undefined ? all.join(' ') : `P=${path}; ${all.map((word) => (word === path ? '${UNSET:-$P}' : word)).join(' ')}`; }),
  words((all) => { const path = all.find((word) => word.startsWith('/')); return path === undefined ? all.join(' ') : all.map((word) => (word === path ? `$(printf %s ${path})` : word)).join(' '); }),
];

const ofTexts: Mutator[] = [
  ...respellings,
  (command) => `su - root -c ${quoted(command)}`,
  (command) => `sh -c ${quoted(`sh -c ${quoted(command)}`)}`,
  (command) => `eval "$(printf %b ${quoted(hex(command))})"`,
  (command) => `${command} ; true`,
  (command) => `true && { ${command}\n}`,
  (command) => `false || {\n${command}\n}`,
  (command) => `case x in x)\n${command}\n;; esac`,
  (command) => `cat <<'TEXT' | sh\n${command}\nTEXT`,
  (command) => `a=${quoted(command)}; bash <<< "$a"`,
  (command) => `printf '%s\\n' ${quoted(command)} > /tmp/m; chmod +x /tmp/m; . /tmp/m`,
  (command) => `echo ${Buffer.from(command).toString('hex')} | xxd -r -p | sh`,
  (command) => `bash <(printf '%s\\n' ${quoted(command)})`,
  (command) => `i=0; while [ $i -lt 1 ]; do i=$((i+1))\n${command}\ndone`,
  (command) => `f() { eval "$1"; }; f ${quoted(command)}`,
  (command) => `flock() { :; }; ${command}`,
];

/** Up to three mutators in a row, of words first, of the whole text then. */
export function mutate(command: string, random: () => number): string | undefined {
  const first = random() < 0.75 ? pick(random, ofWords)(command, random) : command;
  let text = first ?? command;
  const rounds = first === undefined || first === command ? 1 + Math.floor(random() * 2) : Math.floor(random() * 2.5);
  for (let round = 0; round < rounds; round += 1) text = pick(random, ofTexts)(text, random) ?? text;
  return text === command || text.length > 8_000 ? undefined : text;
}
