/** Older names of keywords. */
const aliases: Record<string, string> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication', skeyauthentication: 'kbdinteractiveauthentication', tisauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication', pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms', hostbasedkeytypes: 'hostbasedacceptedalgorithms',
};

/** Keywords that Edge knows and does not follow: they change comfort, or only what Edge never does (forwarding, multiplexing, local programs), or would make it less strict. */
const passedOver = new Set([
  'addkeystoagent', 'batchmode', 'canonicalizefallbacklocal', 'canonicalizepermittedcnames', 'casignaturealgorithms', 'channeltimeout', 'checkhostip', 'clearallforwardings', 'compression', 'connectionattempts', 'controlmaster',
  'controlpath', 'controlpersist', 'dynamicforward', 'enableescapecommandline', 'enablesshkeysign', 'escapechar', 'exitonforwardfailure', 'fingerprinthash', 'forkafterauthentication', 'forwardagent', 'forwardx11', 'forwardx11timeout',
  'forwardx11trusted', 'gatewayports', 'gssapiauthentication', 'gssapiclientidentity', 'gssapidelegatecredentials', 'gssapikexalgorithms', 'gssapikeyexchange', 'gssapirenewalforcesrekey', 'gssapiserveridentity', 'gssapitrustdns',
  'hashknownhosts', 'hostbasedacceptedalgorithms', 'hostbasedauthentication', 'ipqos', 'kbdinteractivedevices', 'knownhostscommand', 'localcommand', 'localforward', 'loglevel', 'logverbose', 'nohostauthenticationforlocalhost',
  'numberofpasswordprompts', 'obscurekeystroketiming', 'permitlocalcommand', 'permitremoteopen', 'pkcs11provider', 'proxyusefdpass', 'pubkeyacceptedalgorithms', 'rekeylimit', 'remotecommand', 'remoteforward', 'requesttty',
  'requiredrsasize', 'securitykeyprovider', 'sendenv', 'sessiontype', 'setenv', 'stdinnull', 'streamlocalbindmask', 'streamlocalbindunlink', 'stricthostkeychecking', 'syslogfacility', 'tcpkeepalive', 'tunnel', 'tunneldevice',
  'updatehostkeys', 'verifyhostkeydns', 'versionaddendum', 'visualhostkey', 'warnweakcrypto', 'xauthlocation',
  // Of macOS, of distributions, and of times gone by: ssh reads them or warns.
  'usekeychain', 'smartcarddevice', 'protocol', 'cipher', 'compressionlevel', 'useroaming', 'userrsh', 'fallbacktorsh', 'useprivilegedport', 'rhostsauthentication', 'rhostsrsaauthentication', 'rsaauthentication',
  'globalknownhostsfile2', 'userknownhostsfile2', 'afstokenpassing', 'kerberosauthentication', 'kerberostgtpassing', 'identityfile2', 'keepalive', 'protocolkeepalives', 'setuptimeout',
]);

/** Keywords that would make Edge connect otherwise than asked, were they passed over. */
const never: Record<string, string> = { bindinterface: 'Edge does not bind to an interface: use BindAddress', refuseconnection: 'this line refuses the connection' };

/** A keyword by the name that counts today. */
export function currentName(keyword: string): string {
  return aliases[keyword] ?? keyword;
}

export function isPassedOver(keyword: string): boolean {
  return passedOver.has(keyword);
}

/** Why a keyword refuses the hosts that it applies to. */
export function whyNever(keyword: string): string | undefined {
  return never[keyword];
}
