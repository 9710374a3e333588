const pieces = ['rm', '-rf', '/', ' ', ' ', ' ', ';', '|', '&', '&&', '||', '\n', '$', '(', ')', '$(', '`', '{', '}', '${', ',', '..', '*', '?', '[', ']', '"', "'", '\\', "$'\\x", '<', '>', '<<', '<<<', '>&', '2>&1', 'if ', 'then ', 'fi', 'for i in ', 'do ', 'done', 'while ', 'case x in ', 'esac', ';;', 'x=', 'x', '$x', '"$@"', 'sudo ', 'sh -c ', 'eval ', 'echo ', 'base64 -d', 'xargs ', 'find . ', '-exec ', '{}', '+', '%', '#', '!', '~', '((', '))', '[[', ']]', 'f()', 'é', '\u200B', '\u0000', '\uE001', '𝒓', '=', ':-', '//', 'cd ', 'set -- ', 'read ', 'sed ', 's/a/b/e', "awk '{", 'python3 -c ', 'EOF', '1', '-'];

/** mulberry32: the same inputs on every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Pieces of shell, put together as they come. */
export function anyText(random: () => number): string {
  const count = 1 + Math.floor(random() * random() * 40);
  return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('');
}
