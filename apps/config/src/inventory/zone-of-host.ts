import { BlockList, isIP } from 'node:net';
import type { HostDocument, PlatformDocument } from '@edge/contracts';

/** The one zone of a host: its own word, else the address range of the platform that its address lies in. */
export function zoneOfHost(host: HostDocument, zones: PlatformDocument['zones'] = {}): string | undefined {
  if (host.zone) return host.zone;
  const family = host.address ? isIP(host.address) : 0;
  if (!host.address || family === 0) return undefined;
  return Object.entries(zones).find(([, ranges]) => rangesOf(ranges).check(host.address ?? '', family === 6 ? 'ipv6' : 'ipv4'))?.[0];
}

/** Why a text is no address range such as `10.1.0.0/16`; undefined when it is one. */
export function rangeFault(range: string): string | undefined {
  const [address = '', bits = '', ...rest] = range.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most ? undefined : `"${range}" is no address range, for example "10.1.0.0/16".`;
}

function rangesOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    if (rangeFault(range)) continue;
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
