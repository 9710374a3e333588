/**
 * What is not known inside a resolved word is marked by one character of the private use area; the gate refuses these in commands,
 * so a mark is always ours.
 */
export const marks = {
  /** Text of a variable nobody assigned here: perhaps empty. */
  variable: '\uE000',
  /** Text out of a command or a file. */
  output: '\uE001',
  /** Text out of the network. */
  network: '\uE002',
  /** Unknown, but not empty: `${X:?}`. */
  given: '\uE003',
  /** Unknown, not empty, one path segment without anything a shell acts on: a number, a date, a file name. */
  name: '\uE004',
  /** `*` and `?` outside quotes. */
  star: '\uE005',
  one: '\uE006',
  /** The name of the home folder of whoever runs this. */
  home: '\uE007',
  /** Between the elements of an array. */
  element: '\uE008',
} as const;

export const homeFolder = `/home/${marks.home}`;

const hole = /[\uE000-\uE003]/;
const unknown = /[\uE000-\uE006]/;
const glob = /[\uE005\uE006]/;
const reserved = /[\uE000-\uF8FF]/g;

/** Has text of which nothing is known. */
export const hasHole = (text: string) => hole.test(text);
/** Has anything whose exact text is not known: holes, names, globs. */
export const isUnknown = (text: string) => unknown.test(text);
export const hasGlob = (text: string) => glob.test(text);
export const isFromNetwork = (text: string) => text.includes(marks.network);

/** Decoded text may hold characters that look like our marks: then nothing is known of them. */
export const withoutForeignMarks = (text: string) => text.replace(reserved, marks.output);

/** Globs as a shell would read them again, for text that is run as code. */
export const asCode = (text: string) => text.replaceAll(marks.star, '*').replaceAll(marks.one, '?').replaceAll(marks.element, ' ');

/** For people. */
export const shown = (text: string) =>
  asCode(text).replaceAll(marks.home, 'user').replace(/[\uE000-\uE004]/g, '…').slice(0, 200);
