import type { Client } from 'ssh2';
import type { Certificate } from '../host-keys/parse-certificate.js';

interface NameList { array: string[] }
interface Offer { lists: { kex: NameList; serverHostKey: NameList; cs: Sides; sc: Sides } }
type Sides = Record<'cipher' | 'mac' | 'compress' | 'lang', NameList>;
type Exchange = { negotiated: { serverHostKey: string }; _hostKey: Buffer; getPublicKey(): unknown };
interface Protocol { _offer: Offer; _kex?: Exchange }

const suffix = '-cert-v01@openssh.com';
/** The signature algorithm that was agreed upon for an RSA certificate. */
const agreed = new WeakMap<Exchange, string>();

/**
 * ssh2 1.17 knows no host certificates. This puts their types in front of what is offered; `useCertifiedKey` does the rest.
 * Call right after `connect`, before the first byte of the host is read.
 */
export function offerCertificates(client: Client, types: string[]): void {
  const protocol = protocolOf(client);
  if (!protocol || types.length === 0) return;
  const { kex, serverHostKey, cs, sc } = protocol._offer.lists;
  const Kexinit = protocol._offer.constructor as new (lists: object) => Offer;
  protocol._offer = new Kexinit({ kex: kex.array, serverHostKey: [...types, ...serverHostKey.array], cs: arraysOf(cs), sc: arraysOf(sc) });
  if (types.some((type) => type.startsWith('rsa-'))) nameRsaByBlob(protocol);
}

/** An RSA certificate's own name is not that of its signature algorithm, which ssh2 knows of plain RSA keys only: what was agreed is kept aside, and the blob's name put in. */
function nameRsaByBlob(protocol: Protocol): void {
  let exchange: Exchange | undefined = protocol._kex;
  Object.defineProperty(protocol, '_kex', {
    get: () => exchange,
    set: (next: Exchange | undefined) => {
      exchange = next;
      const [algorithm] = /^rsa-sha2-(?:256|512)(?=-cert-)/.exec(next?.negotiated?.serverHostKey ?? '') ?? [];
      if (!next || !algorithm) return;
      agreed.set(next, algorithm);
      next.negotiated.serverHostKey = `ssh-rsa${suffix}`;
    },
  });
}

/** Lets the exchange under way check the host's signature with the key in its certificate, which has been judged. The certificate itself stays part of what is signed. */
export function useCertifiedKey(client: Client, certificate: Certificate): void {
  const exchange = protocolOf(client)?._kex;
  if (!exchange) throw new Error('ssh2 has no key exchange under way.');
  exchange.negotiated.serverHostKey = agreed.get(exchange) ?? certificate.keyType;
  const original = exchange.getPublicKey.bind(exchange);
  // Asked for after the host key went into the hash and before the key is read for the signature.
  exchange.getPublicKey = () => {
    exchange._hostKey = certificate.key;
    return original();
  };
}

function arraysOf(sides: Sides): Record<string, string[]> {
  return Object.fromEntries(Object.entries(sides).map(([name, list]) => [name, list.array]));
}

function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { _protocol?: Protocol })._protocol;
}
