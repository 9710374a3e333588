import { parse } from 'yaml';
import { hostDocument, list, nameOf, type Plain, plain, type Target, textOf, type Translated, varsOf } from './translated.js';

interface RundeckNode { name: string; tags: string[] }

const fields = new Set(['nodename', 'hostname', 'username', 'tags', 'description']);
const facts = new Set(['osArch', 'osFamily', 'osName', 'osVersion', 'type', 'editUrl', 'remoteUrl']);

/** Resource and job files (YAML) of a Rundeck project: nodes become hosts with their tags as pools; jobs become projects whose commands stand in `custom_install_cmd`. */
export function fromRundeck(texts: string[], { space, zone }: Target): Translated {
  const notes: string[] = [];
  const parsed = texts.map((text) => parse(text) as unknown);
  const isJob = (value: unknown) => 'sequence' in plain(value);
  const jobs = parsed.flatMap((file) => list(file).map(plain).filter(isJob));
  const nodes = parsed.filter((file) => !list(file).some(isJob)).flatMap((file) => (Array.isArray(file) ? file.map((one) => [textOf(plain(one).nodename) ?? '', plain(one)] as const) : Object.entries(plain(file)).map(([name, node]) => [name, plain(node)] as const)));
  const known: RundeckNode[] = nodes.map(([name, node]) => ({ name: nameOf(name), tags: tagsOf(node) }));
  const hosts = nodes.map(([name, node]) => hostOf(name, node, { space, zone, notes }));
  const projects = jobs.map((job) => projectOf(job, { space, zone, known, notes }));
  const environment = projects.length > 0 ? [{ kind: 'Environment' as const, name: 'imported', script: 'one-by-one', config: { server_info: 'server_list' } }] : [];
  if (projects.length > 0) notes.push('Say stop_command, start_command, context_dir and repo_dir in the environment "imported" or in each project before anything is deployed.');
  return { documents: [...environment, ...hosts, ...projects], notes };
}

const tagsOf = ({ tags }: Plain): string[] => list(tags).flatMap((tag) => String(tag).split(',')).map((tag) => tag.trim()).filter((tag) => tag !== '');

interface Around extends Target { notes: string[] }

function hostOf(name: string, node: Plain, { space, zone, notes }: Around) {
  const [address = name, port = '22'] = (textOf(node.hostname) ?? name).split(':');
  const more = Object.fromEntries(Object.entries({ ...node, ...plain(node.attributes) }).filter(([key]) => !fields.has(key) && !facts.has(key) && key !== 'attributes'));
  const [ssh, vars] = [Object.keys(more).filter((key) => key.startsWith('ssh-')), Object.entries(more).filter(([key]) => !key.startsWith('ssh-') && key !== 'zone')];
  if (ssh.length > 0) notes.push(`Node ${name}: ${ssh.join(', ')} not translated: put keys and jump hosts into the ssh configuration (~/.ssh/config), Edge reads it.`);
  const user = textOf(node.username);
  return hostDocument({
    name: nameOf(name), address, port: Number(port), ...(user === undefined || user.includes('${') ? {} : { user }), zone: textOf(more.zone) ?? zone, pools: tagsOf(node), spaces: [space],
    vars: varsOf(Object.fromEntries(vars), (key) => notes.push(`Node ${name}: the attribute ${key} is not translated.`)),
  });
}

function projectOf(job: Plain, { space, zone, known, notes }: Around & { known: RundeckNode[] }) {
  const name = nameOf([textOf(job.group), textOf(job.name)].filter((part) => part !== undefined).join('-').replaceAll('/', '-'));
  const steps = list(plain(job.sequence).commands).map(plain);
  const commands = steps.flatMap((step, index) => commandOf(step, (why) => notes.push(`Job ${name}, step ${index + 1}: ${why}`)));
  for (const key of ['schedule', 'notification', 'options', 'orchestrator', 'retry']) if (job[key] !== undefined) notes.push(`Job ${name}: ${adviceFor(key)}`);
  const hosts = hostsOf(job, known, (why) => notes.push(`Job ${name}: ${why}`));
  return { kind: 'Project' as const, space, name, environment: 'imported', config: { server_list: { [zone]: hosts }, ...(commands.length > 0 ? { custom_install_cmd: commands.join(' && ') } : {}) } };
}

function commandOf(step: Plain, tell: (why: string) => void): string[] {
  const exec = textOf(step.exec);
  if (exec !== undefined && /[@$]\{?option\./.test(exec)) tell(`uses options (${exec}): write the value, or set it per action in "config".`);
  if (exec !== undefined) return /[@$]\{?option\./.test(exec) ? [] : [exec];
  if (step.script !== undefined) tell('is a script of its own: put it onto the hosts, or write a script for Edge (edge script new).');
  else if (step.jobref !== undefined) tell(`calls the job ${textOf(plain(step.jobref).name) ?? ''}: start that project after this one.`);
  else tell(`is a ${textOf(step.type) ?? Object.keys(step).join(', ')}: nothing in Edge is like it.`);
  return [];
}

function hostsOf(job: Plain, known: RundeckNode[], tell: (why: string) => void): string[] {
  const filter = textOf(plain(job.nodefilters).filter) ?? '.*';
  const tags = /^tags:\s*([\w.,+-]+)$/.exec(filter.trim());
  if (tags) return known.filter(({ tags: own }) => tags[1]!.split(',').some((any) => any.split('+').every((tag) => own.includes(tag)))).map(({ name }) => name);
  const names = /^(?:name:\s*)?([\w.,-]+)$/.exec(filter.trim());
  if (names && filter.trim() !== '.*') return known.filter(({ name }) => names[1]!.split(',').includes(name)).map(({ name }) => name);
  if (filter.trim() !== '.*') tell(`the node filter "${filter}" is not translated: all nodes stand in server_list, take out what does not belong.`);
  return known.map(({ name }) => name);
}

function adviceFor(key: string): string {
  if (key === 'schedule') return 'the schedule is not translated: start it from cron or CI with `edge start`.';
  if (key === 'options') return 'options are not translated: configuration keys of the project, or "config" of an action, take their place.';
  if (key === 'notification') return 'notifications are not translated: follow the events of Edge.';
  return `"${key}" is not translated.`;
}
