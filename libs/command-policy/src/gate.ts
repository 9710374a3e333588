import { deny, type Finding, limits } from './walk/scene.js';

const hidden = /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFF\uD800-\uDFFF\uE000-\uF8FF]/;
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

/** A script of 64 KiB has a few thousand. */
const mostOperators = 8_000;
const mostQuotes = 30_000;
const countOf = (text: string, pattern: RegExp) => (text.length < mostOperators ? 0 : (text.match(pattern)?.length ?? 0));

/** What is refused before anything is parsed, with the place of it. */
export function checkGate(text: string): (Finding & { at: number }) | undefined {
  if (text.length > limits.bytes || new TextEncoder().encode(text).length > limits.bytes) return { ...deny('too-long', `A command may have ${limits.bytes} bytes.`, 'Put it into a script that is deployed.'), at: 0 };
  if (countOf(text, /[;|&`(){}<>$*?]/g) > mostOperators || countOf(text, /['"\\]/g) > mostQuotes) return { ...deny('too-complex', 'The command has too many parts to be followed.', 'Put it into a script that is deployed.'), at: 0 };
  const control = controls.exec(text);
  if (control) return { ...deny('control-character', 'A control character hides what is there.'), at: control.index };
  const strange = hidden.exec(text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '\u00E9\u00E9'));
  if (strange) return { ...deny('unicode-hidden', 'A character that is not seen, or that turns the text around.'), at: strange.index };
  return undefined;
}
