import { invoke, type Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding, forkScene } from '../walk/scene.js';
import { hasHole, isFromNetwork, shown } from '../words/marks.js';
import { absolutePath } from '../words/paths.js';

const escape = (detail: string) => deny('container-escape', detail, 'Mount a folder of the application only.');
const valued = /^(?:-(?:[vepulwhmac]|it?v)|--(?:volume|mount|env|env-file|publish|name|network|net|user|workdir|hostname|memory|cpus|restart|label|entrypoint|pid|ipc|userns|uts|cap-add|cap-drop|device|security-opt|add-host|log-driver|log-opt|ulimit|tmpfs|health-cmd|link|dns|volumes-from|pull|platform|shm-size|stop-signal|stop-timeout|cgroupns|cgroup-parent|expose|ip|mac-address|network-alias|init-path|gpus|runtime|cidfile|group-add|sysctl|annotation|attach|blkio-weight|pod|secret|cpuset-cpus|memory-swap|health-interval|health-retries|health-timeout|health-start-period|file|project-name|context|host|config|log-level|profile|project-directory|filter|format|time|signal|timeout|detach-keys))$/;
const hostPlaces = /^\/(?:$|(?:etc|usr|bin|sbin|lib|lib64|boot|dev|proc|sys|root|home|var|run|var\/run|var\/lib|var\/log|var\/spool)$|(?:etc|boot|root|usr|bin|sbin|lib|sys|proc)\/|dev\/(?!shm)|(?:var\/)?run\/(?:docker|podman|containerd|crio|systemd|dbus)|var\/lib\/(?:docker|kubelet|containers)|var\/spool\/cron|home\/[^/]+(?:$|\/\.ssh))/;
const readOnlyFine = /^\/etc\/(?:localtime|timezone|ssl\/certs|ca-certificates|pki\/(?:tls\/certs|ca-trust)|resolv\.conf|hosts|nginx\/|haproxy\/|machine-id|os-release)|^\/usr\/share\/(?:zoneinfo|ca-certificates)/;

/** docker, podman: what a container gets of its host, and what is done to all of them. */
export function checkContainers(call: Invocation): Finding | undefined {
  const { args } = call;
  const start = verbAt(args);
  const verb = args[start] ?? '';
  const rest = args.slice(start + 1);
  if (/^(?:compose|stack)$/.test(verb)) return compose(call, rest);
  if (/^(?:up|down|-f|--file|restart|start|ps|config)$/.test(verb) || args.slice(0, start).some((arg) => /^(?:-f|--file|-p|--project-name)$/.test(arg))) return compose(call, args);
  if (/^(?:container|image|volume|network|system|builder|pod|buildx)$/.test(verb)) return sub(call, rest);
  return ofVerb(call, verb, rest);
}

function verbAt(args: string[]): number {
  let i = 0;
  while (i < args.length && (args[i] ?? '').startsWith('-')) i += /^(?:-H|--host|-c|--context|--config|-l|--log-level)$/.test(args[i] ?? '') ? 2 : 1;
  return i;
}

function sub(call: Invocation, rest: string[]): Finding | undefined {
  const [verb = '', ...more] = rest;
  if (verb === 'prune') return prune(call.args);
  return ofVerb(call, verb, more);
}

const prune = (args: string[]) => (args.includes('--volumes') && args.includes('system') ? deny('container-prune', 'This removes the data of every container that does not run.') : args.some((arg) => /^--volumes|^volume$/.test(arg)) || (args.includes('system') && args.some((arg) => /^-\w*a|^--all/.test(arg))) ? approve('container-prune', 'This removes data of containers.') : undefined);

function compose(call: Invocation, rest: string[]): Finding | undefined {
  const at = rest.indexOf('run');
  const inner = at < 0 ? undefined : runs(call, rest.slice(at + 1));
  const file = rest.find((_arg, index) => /^(?:-f|--file)$/.test(rest[index - 1] ?? ''));
  if (inner) return inner;
  if (file !== undefined && (call.scene.files.get(absolutePath(file, call.cwd)) ?? []).some((text) => isFromNetwork(text))) return deny('container-escape', 'The containers are described by the network.');
  return rest.includes('down') && rest.some((arg) => /^(?:-v|--volumes)$/.test(arg)) ? approve('container-prune', 'This removes the volumes of the containers.') : undefined;
}

function ofVerb(call: Invocation, verb: string, rest: string[]): Finding | undefined {
  if (/^(?:run|create)$/.test(verb)) return runs(call, rest);
  if (verb === 'exec') return execs(call, rest);
  if (verb === 'reset' && call.args.includes('system')) return deny('container-all', 'This removes every container and image of the host.');
  if (/^(?:rm|stop|kill)$/.test(verb) && rest.some((arg) => /^-\w*a\w*$|^--all$/.test(arg)) && !rest.some((arg) => /^--?(?:a|attach)=/.test(arg))) return deny('container-all', 'This is done to every container of the host.', 'Name the container.');
  if (/^(?:rm|stop|kill|rmi)$/.test(verb) && rest.some((arg) => /^\uE005$/.test(arg)) && verb !== 'rmi') return deny('container-all', 'This is done to every container of the host.', 'Name the container.');
  if (/^(?:rm|stop|kill|rmi)$/.test(verb) && rest.some((arg) => !arg.startsWith('-') && /^[\uE001\uE002\uE005]/.test(arg))) return approve('container-all', `This is done to containers that are not named.`, 'Name the container.');
  if (verb === 'cp') return undefined;
  return verb === 'plugin' || verb === 'swarm' ? approve('container-control', `docker ${verb} changes the host's containers.`) : undefined;
}

function runs(call: Invocation, args: string[]): Finding | undefined {
  let i = 0;
  for (; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--') { i += 1; break; }
    if (!arg.startsWith('-')) break;
    const cut = arg.indexOf('=');
    const name = cut < 0 ? arg : arg.slice(0, cut);
    const takes = cut < 0 && valued.test(name);
    const short = /^-v(.+)/.exec(arg)?.[1];
    const finding = option(short && cut < 0 ? '-v' : name, short && cut < 0 ? short : cut < 0 ? (args[i + 1] ?? '') : arg.slice(cut + 1), call);
    if (finding) return finding;
    if (takes) i += 1;
  }
  const command = args.slice(i + 1);
  if (command.length > 0) invoke(command, { ...forkScene(call.scene), cwd: ['/app/work'] });
  return undefined;
}

function option(name: string, value: string, { cwd }: Invocation): Finding | undefined {
  if (name === '--privileged' && value !== 'false') return escape('A privileged container is the host.');
  if (/^--(?:pid|ipc|userns|uts|cgroupns)$/.test(name) && value === 'host') return escape(`${name}=host shares the host.`);
  if (name === '--cap-add' && /ALL|SYS_|DAC_|NET_ADMIN|MKNOD|BPF|CAP_SYS/i.test(value)) return escape(`The capability ${shown(value)} reaches the host.`);
  if (name === '--device' && /^\/dev\/(?!null|zero|dri|snd|fuse|ttyUSB|video)/.test(value)) return escape('The container would get a device of the host.');
  if (name === '--security-opt' && /unconfined|disable/.test(value)) return escape('The container would run unconfined.');
  if (/^-\w*v$|^--volume$/.test(name)) return volume(value, cwd);
  if (name === '--mount') { const source = /(?:source|src)=([^,]+)/.exec(value)?.[1]; return source && /type=bind/.test(value) ? volume(`${source}:${/readonly|ro(?:$|,)/.test(value) ? 'x:ro' : 'x'}`, cwd) : undefined; }
  return undefined;
}

function volume(value: string, cwd: string): Finding | undefined {
  const [source = '', , mode = ''] = value.split(':');
  if (!/^[/.~\uE000-\uE003\uE007]/.test(source)) return undefined;
  const full = absolutePath(source, cwd);
  if (/ro/.test(mode) && readOnlyFine.test(full)) return undefined;
  if (full === '/home/\uE007' && source !== '~') return undefined;
  if (hostPlaces.test(full)) return escape(`The container would get ${shown(full)} of the host.`);
  return /^[\uE000-\uE002]/.test(full) && hasHole(full) ? approve('container-escape', `What the container gets of the host is not known: ${shown(full)}`) : undefined;
}

function execs(call: Invocation, args: string[]): Finding | undefined {
  let i = 0;
  for (; i < args.length && (args[i] ?? '').startsWith('-'); i += 1) {
    if (args[i] === '--privileged') return escape('A privileged command reaches the host.');
    if (/^(?:-[euw]|--(?:env|user|workdir|env-file|detach-keys))$/.test(args[i] ?? '')) i += 1;
  }
  const command = args.slice(i + 1);
  if (command.length > 0) invoke(command, { ...forkScene(call.scene), cwd: ['/app/work'] });
  return undefined;
}

const everything = /^(?:ns|namespaces?|nodes?|no|crd|customresourcedefinitions?|pv|pvc|persistentvolume(?:claim)?s?|clusterrole.*)$/;

export function checkClusters({ name, args, scene }: Invocation): Finding | undefined {
  const words = args.filter((arg, index) => !arg.startsWith('-') && !/^(?:-n|--namespace|-f|--context|--kubeconfig)$/.test(args[index - 1] ?? ''));
  const [verb = '', kind = ''] = words;
  const cut = args.indexOf('--');
  if (name === 'kubectl' && verb === 'exec' && cut >= 0) invoke(args.slice(cut + 1), { ...forkScene(scene), cwd: ['/app/work'] });
  if (name === 'kubectl' && verb === 'run' && (args.includes('--privileged') || args.some((arg) => /hostPath|hostPID|privileged/.test(arg)))) return escape('A privileged container is the host.');
  if (name === 'kubectl' && verb === 'delete' && words.slice(1).some((word) => hasHole(word))) return approve('cluster-delete', 'What is removed is not known.');
  if (name === 'kubectl' && verb === 'delete') return everything.test(kind) || args.includes('--all') || args.includes('-A') ? deny('cluster-delete', 'This removes more than the application.') : args.some((arg) => /^(?:-[fk]|--filename|--kustomize)(?:=|$)/.test(arg)) ? approve('cluster-delete', 'What is removed stands in a file.') : undefined;
  if (name === 'kubectl' && /^(?:drain|cordon|taint|replace|certificate)$/.test(verb)) return approve('cluster-control', `kubectl ${verb} changes the cluster.`);
  if (name === 'helm' && /^(?:uninstall|delete|del|un)$/.test(verb)) return approve('cluster-delete', 'This removes a release.');
  if (/^(?:terraform|tofu|terragrunt|pulumi|cdk)$/.test(name) && /^destroy$/.test(verb)) return deny('cluster-delete', 'This destroys infrastructure.');
  if (/^(?:terraform|tofu|terragrunt)$/.test(name) && verb === 'apply' && args.includes('-destroy')) return deny('cluster-delete', 'This destroys infrastructure.');
  return /^(?:aws|gcloud|az|vagrant|doctl|openstack|oci|hcloud|eksctl|flyctl|heroku)$/.test(name) && /^(?:delete|terminate|rb|rm|remove|destroy)/.test(args.find((arg) => /^(?:delete|terminate|rb|rm|remove|destroy)/.test(arg)) ?? '') ? approve('cluster-delete', 'This removes something in the cloud.') : undefined;
}

/** Clients of other runtimes: what they give away of the host, and what they end. */
export function checkRuntimes({ name, args }: Invocation): Finding | undefined {
  if (args.some((arg) => /^--(?:privileged|with-ns=|device|pid=host)|(?:src|source)=\/(?:,|$|etc|root|var|usr|boot)|security\.privileged=true/.test(arg))) return escape(`${name} would give the host away.`);
  return args.some((arg) => /^(?:delete|destroy|rm|remove|stop|kill|prune|restore|rmp|stopp)$/.test(arg)) ? approve('container-control', `${name} would end or remove containers.`) : undefined;
}
