/** Harmless work inside the throw-away root is done by busybox itself. */
export const realApplets = ['ash', 'awk', 'base64', 'basename', 'cat', 'cmp', 'cut', 'date', 'df', 'diff', 'dirname', 'echo', 'egrep', 'env', 'expr', 'false', 'fold', 'grep', 'gunzip', 'gzip', 'head', 'id', 'ls', 'md5sum', 'mkdir', 'mkfifo', 'mktemp', 'nice', 'nohup', 'nproc', 'od', 'printf', 'pwd', 'readlink', 'realpath', 'rev', 'sed', 'seq', 'setsid', 'sha256sum', 'sort', 'stat', 'tac', 'tail', 'tar', 'tee', 'test', 'timeout', 'touch', 'tr', 'true', 'uname', 'uniq', 'unzip', 'wc', 'which', 'whoami', 'xargs', 'xxd', 'yes', '['];

/** They write down how they were called and do nothing. */
export const recorders = [
  'rm', 'rmdir', 'unlink', 'shred', 'wipe', 'chmod', 'chown', 'chgrp', 'chattr', 'setfacl', 'setcap', 'dd', 'truncate', 'mount', 'umount', 'mknod', 'pivot_root', 'mkfs', 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mkfs.vfat', 'mke2fs', 'mkswap', 'fdisk', 'sfdisk', 'gdisk', 'sgdisk', 'parted', 'partprobe', 'wipefs', 'blkdiscard', 'badblocks', 'hdparm', 'nvme', 'lvremove', 'lvreduce', 'lvs', 'vgs', 'pvs', 'vgremove', 'pvremove', 'mdadm', 'cryptsetup', 'zpool', 'zfs', 'btrfs', 'dmsetup', 'tune2fs', 'resize2fs', 'debugfs', 'fsck', 'swapoff', 'swapon',
  'shutdown', 'reboot', 'halt', 'poweroff', 'init', 'telinit', 'kexec', 'pm-suspend', 'rtcwake', 'systemctl', 'service', 'rc-service', 'loginctl', 'dbus-send', 'ipmitool', 'pkill', 'killall', 'killall5', 'skill', 'fuser', 'pidof', 'pgrep', 'kill',
  'iptables', 'ip6tables', 'iptables-restore', 'nft', 'ufw', 'firewall-cmd', 'ipset', 'ebtables', 'setenforce', 'ip', 'ifconfig', 'ifdown', 'ifup', 'route', 'nmcli', 'tc', 'ethtool', 'rfkill', 'dhclient', 'arp', 'netplan', 'wg-quick',
  'useradd', 'userdel', 'usermod', 'adduser', 'deluser', 'groupadd', 'groupdel', 'groupmod', 'gpasswd', 'passwd', 'chpasswd', 'chage', 'chsh', 'vipw', 'vigr', 'visudo', 'pwunconv', 'crontab', 'atrm', 'ssh-keygen', 'ssh-copy-id',
  'sysctl', 'modprobe', 'rmmod', 'insmod', 'depmod', 'dmesg', 'grub-install', 'update-grub', 'efibootmgr', 'dracut', 'update-initramfs', 'hostnamectl', 'timedatectl', 'auditctl', 'journalctl', 'logrotate', 'update-alternatives', 'ldconfig',
  'docker', 'podman', 'nerdctl', 'kubectl', 'helm', 'terraform', 'aws', 'gcloud', 'az', 'vagrant', 'lxc', 'virsh', 'ctr', 'rsync', 'scp', 'sftp', 'nc', 'ncat', 'socat', 'telnet', 'git', 'make', 'npm', 'npx', 'mvn', 'gradle', 'pip', 'java',
  'apt-get', 'apt', 'yum', 'dnf', 'rpm', 'dpkg', 'pacman', 'apk', 'zypper', 'snap', 'python', 'python3', 'perl', 'ruby', 'node', 'php', 'lua', 'vi', 'vim', 'ed', 'ex', 'emacs', 'gdb', 'expect', 'psql', 'mysql', 'sqlite3', 'redis-cli', 'nsenter', 'chroot', 'ssh', 'nginx', 'ps', 'top', 'lsof', 'ss', 'jq', 'zip', 'patch', 'install', 'cpio', 'mail', 'logger', 'man',
];

/** They hand on to the command behind their options, as the real ones do. */
export const passing: Record<string, string> = {
  sudo: 'ugphCcrtTUDR', doas: 'uC', command: '', ionice: 'cn', stdbuf: 'ioe', chrt: '', taskset: '', strace: 'eop', 'systemd-run': 'pHMuE', busybox: '', toybox: '', time: 'fo', unshare: '', setpriv: '', chronic: '', 'start-stop-daemon': '',
};

/** Files that no command of a deployment may change; devices are plain files here. */
export const canaries = ['etc/passwd', 'etc/shadow', 'etc/group', 'etc/sudoers', 'etc/fstab', 'etc/hosts', 'etc/crontab', 'etc/profile', 'etc/environment', 'etc/resolv.conf', 'etc/ssh/sshd_config', 'etc/pam.d/sshd', 'boot/grub/grub.cfg', 'boot/vmlinuz', 'dev/sda', 'dev/sda1', 'dev/sdb', 'dev/nvme0n1', 'dev/vda', 'dev/mem', 'proc/sysrq-trigger', 'proc/sys/kernel/sysrq', 'proc/sys/kernel/core_pattern', 'sys/power/state', 'root/.ssh/authorized_keys', 'root/.bashrc', 'root/.bash_history', 'home/edge/.ssh/authorized_keys', 'home/edge/.bashrc', 'home/edge/.profile', 'home/edge/.bash_history', 'var/log/syslog', 'var/log/auth.log', 'var/log/wtmp', 'var/log/messages', 'lib/modules/x.ko', 'usr/lib/x.so', 'usr/share/x', 'opt/other/x', 'var/lib/dpkg/status'];

/** What the commands of applications work on. */
export const ordinary = ['srv/app/config.yml', 'srv/app/app.tgz', 'srv/app/releases/41/a', 'srv/app/releases/42/a', 'srv/app/tmp/x', 'srv/app/logs/app.log', 'srv/app/public/index.html', 'opt/shop/conf/app.yml', 'opt/shop/releases/3/a', 'opt/shop/logs/out.log', 'opt/shop/shop.jar', 'home/edge/app.tgz', 'home/edge/build/x', 'home/edge/list.txt', 'run/app.pid', 'run/shop.pid'];
