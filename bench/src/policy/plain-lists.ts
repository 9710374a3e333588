/** What people use instead of a parser. True: may run. */
export type PlainList = (command: string) => boolean;

const patterns = [
  /\brm\s+(?:-\w+\s+)*(?:-\w*[rR]\w*|--recursive)\s+(?:-\w+\s+)*\/(?:\s|$|\*)/, /\brm\s+-rf?\s+\/(?:etc|usr|var|bin|boot|lib|home|root)\b/, /\bmkfs/, /\bdd\b.*\bof=\/dev\//, />\s*\/dev\/(?:sd|nvme|vd|xvd)/, /:\(\)\s*\{/, /\b(?:shutdown|reboot|poweroff|halt)\b/, /\bsystemctl\s+(?:reboot|poweroff)/, /\binit\s+[06]\b/,
  /\b(?:curl|wget)\b.*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/, /\bchmod\s+-R\s+\d*777\s+\//, /\bchown\s+-R\b.*\s\/(?:\s|$)/, />\s*\/etc\/(?:passwd|shadow|sudoers)/, /\biptables\s+-F/, /\bkill\s+-9\s+-1/, /\buserdel\b/, /\bcrontab\s+-r/, /\bnc\b.*\s-e\b/, /\bwipefs\b/, /\bfdisk\s+\/dev/,
];

const dangerousFirstWords = new Set(['rm', 'dd', 'mkfs', 'mkfs.ext4', 'shutdown', 'reboot', 'poweroff', 'halt', 'init', 'fdisk', 'wipefs', 'iptables', 'kill', 'killall', 'userdel', 'useradd', 'chmod', 'chown', 'mv', 'crontab', 'nc', 'eval']);

const prefixes = ['systemctl ', 'sudo systemctl ', 'service ', 'ls', 'cat ', 'tail ', 'grep ', 'df', 'du ', 'ps ', 'echo ', 'docker ', 'git ', 'npm ', 'java ', 'curl ', 'tar ', 'mkdir ', 'cp ', 'mv /srv/', 'mv /opt/', 'ln ', 'rm -rf /srv/', 'rm -rf /opt/', 'rm -f /tmp/', 'cd /srv/', 'cd /opt/', 'sh app/', 'uptime', 'find /srv/', 'find /opt/', 'rsync ', 'chown -R app', 'sed -i', 'test ', 'export '];

const firstWord = (command: string) => command.trim().replace(/^sudo\s+/, '').split(/\s+/)[0] ?? '';

export const plainLists: Record<string, PlainList> = {
  'a list of regular expressions': (command) => !patterns.some((pattern) => pattern.test(command)),
  'a list of first words': (command) => !command.split(/[;&|\n]+/).some((part) => dangerousFirstWords.has(firstWord(part))),
  'an allow-list of prefixes': (command) => prefixes.some((prefix) => command.startsWith(prefix)),
};
