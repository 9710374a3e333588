import { access, constants } from 'node:fs/promises';

const places = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd', '/opt/homebrew/sbin/sshd'];

/** The path of sshd on this machine; undefined where there is none. */
export async function findSshd(): Promise<string | undefined> {
  for (const place of places) {
    const found = await access(place, constants.X_OK).then(() => true, () => false);
    if (found) return place;
  }
  return undefined;
}
