import { deny, type Finding } from '../walk/scene.js';
import { marks } from '../words/marks.js';

interface Given { name: string; value: string; append: boolean }

const hijacking = new Set(['LD_PRELOAD', 'LD_AUDIT', 'BASH_ENV', 'ENV', 'PROMPT_COMMAND', 'PS4', 'SHELLOPTS', 'BASHOPTS', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_EXTERNAL_DIFF', 'GIT_PROXY_COMMAND', 'GIT_ASKPASS', 'GIT_EXEC_PATH', 'GIT_CONFIG_COUNT', 'SSH_ASKPASS', 'PYTHONSTARTUP', 'PERL5OPT', 'PERL5DB', 'RUBYOPT', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH', 'HOSTALIASES', 'LESSOPEN', 'LESSCLOSE', 'MANPAGER', 'SUDO_ASKPASS', 'BASH_LOADABLES_PATH', 'RSYNC_RSH', 'TAR_OPTIONS', 'LD_DEBUG_OUTPUT', 'LOCPATH', 'MALLOC_CHECK_FILE', 'RESOLV_HOST_CONF']);
const openers = new Set(['EDITOR', 'VISUAL', 'PAGER', 'BROWSER', 'GIT_EDITOR', 'GIT_PAGER', 'SHELL', 'SUDO_EDITOR', 'SYSTEMD_EDITOR']);
const shady = /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\.)(?:\/|$)/;

/** Variables that make harmless commands run something else, or leave no record. `before`: the command they are set for. */
export function checkAssignment({ name, value, append }: Given, before?: string): Finding | undefined {
  if (hijacking.has(name) || name.startsWith('BASH_FUNC_') || name.startsWith('GIT_CONFIG_')) return deny('env-hijack', `${name} makes other commands run what it says.`);
  if (name === 'IFS') return before === 'read' || /^[ \t\n]*$/.test(value) || value === '\n\b' ? undefined : deny('env-hijack', 'IFS changes how every later word is cut.', 'Set IFS only for one read: IFS=, read -r a b');
  if (/^HIST(?:FILE|SIZE|FILESIZE|CONTROL|IGNORE|CMD)$/.test(name)) return deny('history-tamper', `${name} decides what is recorded.`);
  if (name === 'PATH') return pathFinding(value, append);
  if (name === 'LD_LIBRARY_PATH' || name === 'PYTHONPATH' || name === 'PERL5LIB' || name === 'RUBYLIB' || name === 'NODE_PATH' || name === 'CLASSPATH') return name !== 'LD_LIBRARY_PATH' || !shadyPart(value) ? undefined : deny('env-hijack', `${name} points where anybody may write.`);
  if (name === 'NODE_OPTIONS') return /--(?:require|import|loader|experimental-loader|eval|inspect)|(?:^|\s)-r/.test(value) ? deny('env-hijack', 'NODE_OPTIONS loads code.') : undefined;
  if (openers.has(name)) return /^(?:cat|less|more|vi|vim|nano|\/bin\/(?:ba)?sh|\/usr\/bin\/(?:vim?|nano|less)|)$/.test(value) ? undefined : deny('env-hijack', `${name} is a program that others start.`);
  if (/^(?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/.test(name)) return /OnError|OnOutOfMemoryError=(?!kill -9 %p)/.test(value) ? deny('env-hijack', `${name} starts commands.`) : undefined;
  return undefined;
}

const shadyPart = (value: string) => value.split(':').some((part) => shady.test(part));

function pathFinding(value: string, append: boolean): Finding | undefined {
  const parts = value.split(':').filter((part, index, all) => part !== '' || index < all.length - 1);
  const bad = append ? undefined : parts.find((part) => part === '' || part === '.' || /^(?:\/tmp|\/var\/tmp|\/dev\/shm)(?:\/|$)/.test(part) || (!part.startsWith('/') && !/^[\uE000\uE003]/.test(part) && part !== marks.name));
  return bad === undefined ? undefined : deny('env-hijack', 'PATH would find programs where anybody may put them.');
}
