/** Other ways to write a command that does the same. */
export const respellings: ((command: string) => string)[] = [
  (command) => `sh -c ${quoted(command)}`,
  (command) => `bash -c ${quoted(command)}`,
  (command) => `eval ${quoted(command)}`,
  (command) => `RESPELT=${quoted(command)}; eval "$RESPELT"`,
  (command) => `sudo -u app sh -c ${quoted(command)}`,
  (command) => `env A=1 sh -c ${quoted(command)}`,
  (command) => `nohup timeout 60 sh -c ${quoted(command)}`,
  (command) => `( ${lines(command)} )`,
  (command) => `{ ${lines(command)} }`,
  (command) => `true\n${command}`,
  (command) => `if true; then ${lines(command)} fi`,
  (command) => `for once in 1; do ${lines(command)} done`,
  (command) => `f() { ${lines(command)} }; f`,
  (command) => `printf '%s\\n' ${quoted(command)} | sh`,
  (command) => `echo ${btoaText(command)} | base64 -d | bash`,
  (command) => `bash <<'RESPELT'\n${command}\nRESPELT`,
  (command) => `sh <<< ${quoted(command)}`,
  (command) => `cd . && eval ${ansi(command)}`,
  (command) => `bash -c ${ansi(command)}`,
  (command) => `trap ${quoted(command)} EXIT`,
  (command) => `printf %s ${quoted(command)} > /tmp/respelt; sh /tmp/respelt`,
];

/** A here-document inside needs its line ends. */
const lines = (command: string) => `\n${command}\n`;
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const btoaText = (text: string) => Buffer.from(text, 'utf8').toString('base64');

/** `$'…'` with every letter as a number. */
function ansi(text: string): string {
  return `$'${[...text].map((character) => (/[a-z/]/.test(character) ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character.replace(/['\\]/g, '\\$&').replace('\n', '\\n'))).join('')}'`;
}
