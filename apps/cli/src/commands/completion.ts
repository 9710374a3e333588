import { Argument, Command } from 'commander';
import { write } from '../print.js';

/** `edge completion bash|zsh|fish`: a script for the shell, made of the commands that there are. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a completion script for a shell: source <(edge completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: string, _options: object, command: Command) => {
      const words = wordsOf(command.parent!);
      write(shell === 'fish' ? fish(words) : bash(words, shell === 'zsh'));
    });
}

type Words = { path: string; words: string[] }[];

/** For each command (its path of words) what may follow: its subcommands and options. */
function wordsOf(command: Command, path = ''): Words {
  const own = [...command.commands.map((child) => child.name()), ...command.options.flatMap(({ long }) => long ?? [])];
  return [{ path, words: own }, ...command.commands.flatMap((child) => wordsOf(child, `${path} ${child.name()}`.trim()))];
}

function bash(words: Words, isZsh: boolean): string {
  const cases = words.map(({ path, words: own }) => `    '${path}') words='${own.join(' ')}' ;;`);
  return [
    ...(isZsh ? ['autoload -U +X bashcompinit && bashcompinit'] : []),
    '_edge() {', "  local path='' word words at=1", '  while [ "$at" -lt "$COMP_CWORD" ]; do', '    word=${COMP_WORDS[$at]}; at=$((at + 1))', '    case $word in -*) continue ;; esac', '    path="${path:+$path }$word"', '  done',
    '  case $path in', ...cases, "    *) words='' ;;", '  esac', '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[$COMP_CWORD]}"))', '}', 'complete -o default -F _edge edge',
  ].join('\n');
}

function fish(words: Words): string {
  const lines = words.flatMap(({ path, words: own }) => own.map((word) => {
    const condition = path === '' ? '__fish_use_subcommand' : path.split(' ').map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
    return `complete -c edge -n '${condition}' ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`}`;
  }));
  return lines.join('\n');
}
