import { readFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import { stringify } from 'yaml';
import { say, write } from '../../print.js';
import { fromAnsible } from './from-ansible.js';
import { fromKamal } from './from-kamal.js';
import { fromRundeck } from './from-rundeck.js';
import type { Target, Translated } from './translated.js';

const translators: Record<string, (texts: string[], target: Target) => Translated> = {
  ansible: (texts, target) => together(texts.map((text) => fromAnsible(text, target))),
  kamal: (texts, target) => together(texts.map((text) => fromKamal(text, target))),
  rundeck: fromRundeck,
};

/** `edge import`: nothing is changed anywhere; what it prints is for reading, mending and `edge apply -f`. */
export function importCommand(): Command {
  return new Command('import')
    .description('Print Edge documents made of the files of another tool: an Ansible inventory, a Kamal deploy.yml, resources and jobs of a Rundeck project')
    .addArgument(new Argument('<tool>').choices(Object.keys(translators)))
    .argument('<files...>')
    .requiredOption('--space <space>', 'the space that the hosts and projects are for')
    .option('--zone <zone>', 'zone of hosts that name none', 'main')
    .action(async (tool: string, files: string[], { space, zone }: Target) => {
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const { documents, notes } = translators[tool]!(texts, { space, zone });
      for (const note of notes) say(`note: ${note}`);
      if (documents.length === 0) throw new Error(`Nothing in ${files.join(', ')} could be translated.`);
      write(documents.map((document) => stringify(document, { flowCollectionPadding: false }).trimEnd()).join('\n---\n'));
    });
}

function together(all: Translated[]): Translated {
  return { documents: all.flatMap(({ documents }) => documents), notes: all.flatMap(({ notes }) => notes) };
}
