import type { Redirection } from 'unbash';
import { checkWrite } from '../rules/check-write.js';
import { isSecret, secretRead } from '../rules/secrets.js';
import { expandPartsText, expandText } from '../words/expand-word.js';
import { marks } from '../words/marks.js';
import { throughLinks } from '../words/links.js';
import { absolutePath } from '../words/paths.js';
import { mayGoOn, report, type Scene } from './scene.js';
import { walker } from './walker.js';

/** Sets the scene's input, judges what is written to, and answers how the printed text goes on from here. */
export function applyRedirects(redirects: readonly Redirection[], scene: Scene): (printed: string[]) => string[] {
  const targets: { path: string; append: boolean }[] = [];
  for (const redirect of redirects) {
    if (!mayGoOn(scene)) break;
    if (redirect.type === 'HereString') { input(redirect, redirect.target ? expandText(redirect.target, scene, walker).map((text) => `${text}\n`) : [''], scene); continue; }
    if (redirect.type === 'HereDoc') { input(redirect, redirect.body.parts && !redirect.delimiter?.quoted ? expandPartsText(redirect.body.parts, scene, walker) : [redirect.body.text], scene); continue; }
    if (!redirect.target) continue;
    for (const text of expandText(redirect.target, scene, walker)) {
      if (redirect.operator === '<') input(redirect, readFrom(text, scene), scene);
      else if (redirect.operator === '<&' && /^\d+-?$/.test(text)) input(redirect, text === '0' ? scene.stdin : (scene.files.get(`/dev/fd/${text.replace('-', '')}`) ?? [marks.output]), scene);
      else if (redirect.operator === '<>') { input(redirect, readFrom(text, scene), scene); write(text, scene); }
      else if (!isDescriptor(redirect.operator, text)) {
        write(text, scene);
        if (redirect.descriptor?.type !== 'FileDescriptor' || redirect.descriptor.value === 1) targets.push({ path: text, append: redirect.operator.endsWith('>>') });
      }
    }
  }
  return (printed) => {
    for (const { path, append } of targets) for (const cwd of scene.cwd) remember(absolutePath(path, cwd), printed, { scene, append });
    return targets.length > 0 ? [''] : printed;
  };
}

const isDescriptor = (operator: string, text: string) => operator.endsWith('&') && /^(?:\d+-?|-)$/.test(text);

/** The input itself, or another descriptor, which is kept as the file it can be read from. */
function input({ descriptor }: Redirection, texts: string[], scene: Scene): void {
  const number = descriptor?.type === 'FileDescriptor' ? descriptor.value : 0;
  if (number === 0 && descriptor?.type !== 'FileDescriptorVariable') scene.stdin = texts;
  else scene.files.set(`/dev/fd/${number}`, texts);
}

function readFrom(path: string, scene: Scene): string[] {
  const full = absolutePath(path, scene.cwd[0] ?? '/');
  if (isSecret(full)) report(scene, secretRead(full));
  return scene.files.get(full) ?? [/^\/dev\/(?:tcp|udp)\//.test(full) ? marks.network : full === '/dev/null' ? '' : marks.output];
}

function write(path: string, scene: Scene): void {
  for (const cwd of scene.cwd) {
    const finding = checkWrite(throughLinks(path, { cwd, links: scene.links, last: true }), { cwd, how: 'redirect' });
    if (finding) report(scene, finding);
    const said = scene.shared.templates?.output(absolutePath(path, cwd), cwd);
    if (said) report(scene, said);
  }
}

/** What a file holds now, as far as this command wrote it. */
export function remember(path: string, texts: string[], { scene, append }: { scene: Scene; append: boolean }): void {
  const before = append ? (scene.files.get(path) ?? ['']) : [''];
  if (scene.files.size < 256) scene.files.set(path, before.flatMap((first) => texts.map((text) => first + text)).slice(0, 24));
}
