/** `user` files are read relative to `~/.ssh` and may use `~` in Include; `system` files relative to `/etc/ssh`. */
export type ConfigScope = 'user' | 'system';

/** One ssh_config file, split into lines; what it includes hangs below the Include line. */
export interface ConfigFile {
  path: string;
  scope: ConfigScope;
  lines: ConfigLine[];
}

export interface ConfigLine {
  /** From 1. */
  number: number;
  /** Lower case. */
  keyword: string;
  /** The words after the keyword, unquoted; a comment at the end is not among them. */
  words: string[];
  /** Everything after the keyword as it was written. */
  rest: string;
  /** Why the line cannot be read; the host it applies to is refused. */
  problem?: string;
  /** Only on `include`: the files its patterns matched, in order. */
  included?: ConfigFile[];
}
