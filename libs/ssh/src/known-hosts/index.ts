// parseKnownHosts(text, file): KnownHosts                  pure
// loadKnownHosts(paths): Promise<KnownHosts>               a missing file is empty, an unreadable one is a problem
// checkHostKey(question): HostKeyCheck                     pure, synchronous, fail-closed
// knownKeyTypes({ host, port, alias, enrolled, entries })  key types to ask for first (L18)
// enrolLine(host, port, key): string                       a known_hosts line
// importKeys(entries, { host, port }): string[]            enrolled lines (`ssh-ed25519 AAAA…`) for a host
// fingerprint(blob): `SHA256:…`; keyTypeOf(blob)
export type { KnownHost, KnownHosts, KnownHostsProblem } from './known-host.js';
export type { CertificateRefusal, HostKeyCheck, HostKeyQuestion } from './host-key-check.js';
