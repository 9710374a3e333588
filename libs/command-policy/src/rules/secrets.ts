import { approve, type Finding } from '../walk/scene.js';
import { shown } from '../words/marks.js';

const secrets = /^\/etc\/(?:g?shadow-?|sudoers(?:$|\.d\/)|ssh\/ssh_host_[^/]*_key$|ssl\/private\/|krb5\.keytab|security\/opasswd)|\/\.ssh\/id_[^/.]*$|\/\.(?:aws\/credentials|netrc|pgpass|kube\/config|docker\/config\.json|gnupg\/)|^\/proc\/(?:\d+|self|1)\/(?:environ|mem)$/;

export const isSecret = (path: string) => secrets.test(path);
export const secretRead = (path: string): Finding => approve('secret-read', `${shown(path)} holds secrets.`);
