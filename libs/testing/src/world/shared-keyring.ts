import { createHmac } from 'node:crypto';
import { canonicalJson, type Signed } from '@edge/contracts';
import { type Audience, Keyring } from '@edge/ports';

/** Signs and verifies with one secret that all programs of a virtual world share: thousands of signatures a second. */
export class SharedKeyring extends Keyring {
  constructor(private readonly secret: string) {
    super();
  }

  override sign(audience: Audience, payload: unknown): Signed {
    const text = canonicalJson(payload);
    return { payload: text, kid: 'shared', signature: this.signatureOf(audience, text) };
  }

  override verify<T>(audience: Audience, signed: Signed): T | undefined {
    return signed.signature === this.signatureOf(audience, signed.payload) ? (JSON.parse(signed.payload) as T) : undefined;
  }

  private signatureOf(audience: Audience, payload: string): string {
    return createHmac('sha256', this.secret).update(`${audience}\n${payload}`).digest('base64');
  }
}
