import { homeFolder } from './marks.js';
import { own } from '../own.js';

const serviceHomes: Record<string, string> = {
  root: '/root', bin: '/bin', daemon: '/usr/sbin', sys: '/dev', sync: '/bin', games: '/usr/games', man: '/var/cache/man', mail: '/var/mail', news: '/var/spool/news', backup: '/var/backups', nobody: '/', lp: '/var/spool/lpd', proxy: '/bin',
  'www-data': '/var/www', adm: '/var/adm', operator: '/root', halt: '/sbin', shutdown: '/sbin', ftp: '/var/ftp', postgres: '/var/lib/postgresql', mysql: '/var/lib/mysql',
};

/** The home folder of a user by name; of whoever logs in when there is no name. */
export function homeOf(user: string | undefined): string {
  return user === undefined || user === '' ? homeFolder : (own(serviceHomes, user) ?? `/home/${user}`);
}
