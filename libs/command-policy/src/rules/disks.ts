import type { Invocation } from '../walk/invoke.js';
import { approve, deny, type Finding } from '../walk/scene.js';
import { absolutePath } from '../words/paths.js';
import { readOptions } from './options.js';

const always = /^(?:mkfs(?:\..+)?|mke2fs|mkswap|mkdosfs|mkntfs|newfs|wipefs|blkdiscard|badblocks|cfdisk|sgdisk|gdisk|testdisk|parted|partprobe|kpartx|fsfreeze|resize2fs|xfs_growfs|xfs_admin|xfs_db|reiserfstune|jfs_tune|e2label|fatlabel|swaplabel|thin_repair|xfs_repair|debugfs|e2image|tune2fs|hdparm|sdparm|nvme|sg_format|scrub|cryptsetup|losetup|dmsetup|mdadm|zpool|zfs|btrfs|lvremove|vgremove|pvremove|lvreduce|lvresize|vgreduce|pvcreate|vgcreate|lvcreate|vgchange|lvchange|pvmove|fsck(?:\..+)?|e2fsck|swapoff|swapon|nwipe|dban|format|diskpart|ddrescue|partclone(?:\..+)?|partimage|flashrom|fwupdmgr|efibootmgr|sfdisk|fdisk|growpart|quotaoff|drbdadm|multipath|iscsiadm|nbd-client|grub-install|grub2-install|lilo|extlinux|ubiformat|flash_erase|nandwrite)$/;
const reading = /^(?:-l|--list|-V|--version|-h|--help|-v|-p|print|list|status|get|show|info|dump|luksDump|isLuks|id-ctrl|id-ns|smart-log|-I|-i|-n|-N|--show|--summary|--bytes|filesystem|subvolume|-D|--detail|ls|-a|-j|--all|--dry-run|iostat|history|--noheadings)$/;

export function isDiskTool(name: string): boolean {
  return always.test(name);
}

/** Tools that write partition tables, file systems and volumes; asking them is harmless. */
export function checkDiskTool({ name, args }: Invocation): Finding | undefined {
  const [first = '', second = ''] = args;
  const asks = (name === 'swapon' && first === '-s') || readers.has(name) && (reading.test(first) || args.length === 0) && !writesAnyway(name, args) && !/^(?:delete|destroy|create|set|remove)$/.test(second);
  const listsPartitions = name === 'parted' && args.some((arg) => arg === 'print' || arg === '-l' || arg === '--list') && !args.some((arg) => /^(?:mklabel|mktable|mkpart|rm|resizepart|set|rescue|disk_set|name|toggle)$/.test(arg));
  const dry = /^(?:fsck|e2fsck)/.test(name) && args.includes('-n');
  const image = /^mk(?:fs(?:\..+)?|swap)$|^mke2fs$/.test(name) && args.some((arg) => /^\/(?:opt|srv|tmp|home|var\/lib|data|swapfile)/.test(arg)) && !args.some((arg) => arg.startsWith('/dev'));
  if (asks || listsPartitions || dry) return undefined;
  if (image) return approve('disk-tool', `${name} writes a file system into a file.`);
  return deny('disk-tool', `${name} writes to disks.`);
}

const readers = new Set(['fdisk', 'sfdisk', 'gdisk', 'sgdisk', 'cfdisk', 'parted', 'wipefs', 'hdparm', 'nvme', 'cryptsetup', 'losetup', 'dmsetup', 'mdadm', 'zpool', 'zfs', 'btrfs', 'tune2fs', 'efibootmgr', 'swapon', 'multipath', 'drbdadm', 'quotaoff', 'kpartx', 'fwupdmgr', 'partprobe']);

function writesAnyway(name: string, args: string[]): boolean {
  if (name === 'wipefs') return args.some((arg) => /^-\w*[ao]|^--(?:all|offset)/.test(arg) && !args.includes('-n') && !args.includes('--no-act'));
  if (name === 'hdparm') return args.some((arg) => /^--(?:security|trim|write|make-bad|fwdownload)|^-[YyzW]/.test(arg));
  if (name === 'sgdisk') return !/^(?:-p|--print|-i|-v|-V|-h)/.test(args[0] ?? '');
  if (name === 'btrfs') return args.some((arg) => /^(?:delete|create|resize|defragment|start|replace|remove)$/.test(arg));
  if (name === 'mdadm') return args.some((arg) => /^--(?:stop|create|zero|remove|fail|add|grow)|^-[SCGraf]/.test(arg));
  if (name === 'fdisk' || name === 'sfdisk') return !/^(?:-l|--list|-V|--version|-h|--help|-d|--dump|-s)$/.test(args[0] ?? '');
  if (name === 'losetup') return args.some((arg) => /^-\w*[dDfP]/.test(arg) && !args.includes('-l')) && args.length > 1;
  return name === 'tune2fs' && args[0] !== '-l';
}

/** Mounting over the system, or taking away what runs. */
export function checkMount({ name, args, cwd }: Invocation): Finding | undefined {
  const { operands, letters } = readOptions(args, 'totOLUNT');
  if (name === 'mount' && operands.length === 0 && !/a/.test(letters)) return undefined;
  const target = absolutePath(operands.at(-1) ?? '/', cwd);
  if (name === 'umount' && /^\/(?:opt|srv|mnt|media|data|tmp|home)\/./.test(target) && !/a/.test(letters)) return approve('mount', 'A file system would be taken away.');
  if (name === 'mount' && /^\/(?:opt|srv|mnt|media|data|tmp|home)\/?/.test(target) && !args.some((arg) => /remount|bind/.test(arg))) return approve('mount', 'A file system would be mounted.');
  return deny('mount', `${name} changes which file systems the host has.`);
}
