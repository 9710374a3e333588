/** An engine cannot be had on this machine; the message says why and what would help. Everything else that goes wrong is a plain Error. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
