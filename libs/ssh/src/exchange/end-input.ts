import type { ClientChannel } from 'ssh2';

/** Sends the last there is. Once: ssh2 ends a channel again when it closes, and Node makes an error with its stack of that, for nobody. */
export function endInput(channel: ClientChannel, bytes: Uint8Array | undefined): void {
  if (bytes) channel.end(bytes);
  else channel.end();
  channel.end = () => channel;
}
