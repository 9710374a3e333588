import type { Invocation } from '../walk/invoke.js';
import { deny, type Finding } from '../walk/scene.js';
import { checkAccounts, checkAtrm, checkCrontab, checkKeys } from './accounts.js';
import { checkClusters, checkContainers, checkRuntimes } from './containers.js';
import { checkDiskTool, checkMount, isDiskTool } from './disks.js';
import { checkDownload, checkHistory, checkReading } from './downloads.js';
import { checkAwk, checkDatabase, checkInterpreter, checkSed } from './interpreters.js';
import { checkKernel } from './kernel.js';
import { checkCompress, checkOutputFile, checkPatch } from './output-files.js';
import { checkCopy, checkDd, checkLink, checkMove, checkNode, checkRemoteCopy, checkRsync, checkTargets } from './moving.js';
import { checkFirewall, checkNetwork, checkNetworkShell } from './network.js';
import { checkPackages } from './packages.js';
import { checkCapabilities, checkPermissions } from './permissions.js';
import { checkFuser, checkKill, checkPower, checkRemotePower, checkServices } from './power.js';
import { checkRemoving, checkShredding } from './removing.js';
import { checkEditor, checkExecOption, checkGit, checkFtp, checkMake, checkPip, checkRunner, checkTar, checkTerminal, checkUnpack } from './tools-that-exec.js';

export type Rule = (call: Invocation) => Finding | undefined;

const byNames: [string, Rule][] = [
  ['rm rmdir srm', checkRemoving], ['shred wipe', checkShredding],
  ['mv rename', checkMove], ['cp install gcp', checkCopy], ['ln link', checkLink], ['scp sftp', checkRemoteCopy], ['fuser', checkFuser], ['gzip gunzip xz unxz bzip2 bunzip2 zstd lz4 lzma pigz compress uncompress', checkCompress], ['patch', checkPatch], ['sort iconv openssl split csplit uniq ffmpeg convert gcc ld objcopy gpg jq yq shuf base64 xxd', checkOutputFile], ['setcap', checkCapabilities], ['tee touch truncate mkfifo mknod mkdir sponge csplit fallocate ex', checkTargets], ['dd dc3dd dcfldd', checkDd], ['rsync unison', checkRsync],
  ['chmod chown chgrp chattr setfacl setfattr setcap restorecon chcon', checkPermissions],
  ['mount umount pivot_root switch_root', checkMount],
  ['shutdown reboot halt poweroff init telinit systemctl-reboot pm-suspend pm-hibernate rtcwake uadmin', checkPower], ['busctl dbus-send gdbus ipmitool virsh xl xm qm VBoxManage racadm', checkRemotePower], ['systemctl service rc-service invoke-rc.d chkconfig update-rc.d rc-update', checkServices], ['kill pkill killall killall5 skill slay xkill', checkKill],
  ['useradd userdel usermod adduser deluser addgroup delgroup groupadd groupdel groupmod gpasswd passwd chpasswd chage newusers vipw vigr visudo sudoedit chfn chsh pwconv pwunconv grpconv lastlog faillock pam-auth-update authconfig authselect update-passwd newgidmap', checkAccounts], ['crontab', checkCrontab], ['atrm', checkAtrm], ['ssh-copy-id ssh-keygen ssh-add', checkKeys],
  ['iptables ip6tables iptables-legacy iptables-nft ip6tables-nft iptables-restore ip6tables-restore iptables-save nft ufw firewall-cmd ipset ebtables arptables pfctl shorewall', checkFirewall],
  ['ip ifconfig ifdown ifup route nmcli tc ethtool brctl ovs-vsctl networkctl resolvectl iwconfig rfkill arp netplan dhclient wg wg-quick vconfig ipvsadm nmtui', checkNetwork],
  ['nc socat telnet rlogin chisel ngrok sshuttle ssh-tunnel frpc cloudflared websocat gs-netcat pwncat', checkNetworkShell],
  ['apt dnf dpkg rpm pacman apk zypper snap flatpak brew pkg emerge xbps-remove opkg tdnf rpm-ostree', checkPackages],
  ['insmod rmmod modprobe sysctl dmesg kexec depmod grub-mkconfig grub2-mkconfig update-grub update-grub2 grubby grub-reboot grub-set-default update-initramfs mkinitramfs dracut mkinitcpio mkinitrd hostname hostnamectl timedatectl localectl loginctl bootctl date hwclock ntpdate setenforce aa-disable aa-teardown aa-complain semanage setsebool auditctl swapoff chkconfig update-alternatives alternatives ldconfig systemd-machine-id-setup bpftool bpftrace kmod', checkKernel],
  ['ctr crictl lxc incus machinectl runc crun', checkRuntimes], ['mknod', checkNode],
  ['docker', checkContainers], ['kubectl helm terraform tofu terragrunt pulumi cdk aws gcloud az vagrant doctl openstack oci hcloud eksctl flyctl heroku', checkClusters],
  ['curl wget fetch aria2c axel http https lwp-download xh', checkDownload], ['cat head tail less more tac nl base64 base32 xxd od strings grep egrep awk cut sort scp cp tar zip diff hexdump view dd curl gzip bat rev', checkReading], ['history fc', checkHistory],
  ['awk', checkAwk], ['sed', checkSed], ['mysql mariadb psql sqlite3 sqlite redis-cli mongo mongosh sqlplus clickhouse-client cqlsh sqlcmd influx isql', checkDatabase],
  ['git', checkGit], ['tar', checkTar], ['unzip zip cpio 7z 7za 7zr unrar bsdcpio pax ar', checkUnpack], ['vi ed red emacs nano pico mcedit joe jed mg micro', checkEditor], ['make gmake bmake ninja', checkMake], ['npm npx yarn pnpm node', checkRunner], ['pip pip3 pipx', checkPip], ['ftp lftp tnftp', checkFtp], ['xterm rxvt urxvt gnome-terminal konsole xfce4-terminal', checkTerminal],
  ['sort split man less ctags nmap tcpdump logrotate mail gdb install wget openssl scp sftp journalctl run-parts', checkExecOption],
];

const named = new Map<string, Rule[]>();
for (const [names, rule] of byNames) for (const name of names.split(' ')) named.set(name, [...(named.get(name) ?? []), rule]);

/** Rules by the name of the program. */
export const commandRules: ReadonlyMap<string, Rule[]> = named;

const onlyForHarm = /^(?:rkhunter-off|cryptominer|xmrig|minerd|hydra|john|hashcat|msfconsole|msfvenom|mimikatz|crackmapexec|responder|ettercap|bettercap|arpspoof|hping3|slowloris|sqlmap|nikto|stress|stress-ng|logger-wipe|userdbctl-wipe|ld-linux.*|ld-musl.*)$/;

/** Rules that look at every command. */
export const everyCommandRules: Rule[] = [
  (call) => (isDiskTool(call.name) ? checkDiskTool(call) : undefined),
  checkInterpreter,
  ({ name, args }) => (/^ld-(?:linux|musl)/.test(name) && args.length > 0 ? deny('dynamic-command', 'The loader would start another program.') : onlyForHarm.test(name) ? deny('harmful-tool', `${name} has no place in a deployment.`) : undefined),
];
