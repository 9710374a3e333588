import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** A password as it is stored: argon2id with its parameters (RFC 9106, OWASP's 19 MiB, 2 passes). `salt` and `tag` base64. */
export interface StoredPassword { algorithm: 'argon2id'; memoryKiB: number; passes: number; salt: string; tag: string }

const memoryKiB = 19_456;
const passes = 2;

export async function hashPassword(password: string): Promise<StoredPassword> {
  const salt = randomBytes(16);
  const tag = await derive(password, { salt, memoryKiB, passes });
  return { algorithm: 'argon2id', memoryKiB, passes, salt: salt.toString('base64'), tag: tag.toString('base64') };
}

/** Takes as long for somebody who does not exist (`stored` undefined) as for somebody who does. */
export async function passwordFits(password: string, stored: StoredPassword | undefined): Promise<boolean> {
  const salt = stored ? Buffer.from(stored.salt, 'base64') : Buffer.alloc(16);
  const tag = await derive(password, { salt, memoryKiB: stored?.memoryKiB ?? memoryKiB, passes: stored?.passes ?? passes });
  return stored !== undefined && timingSafeEqual(tag, Buffer.from(stored.tag, 'base64'));
}

function derive(message: string, { salt, memoryKiB: memory, passes: rounds }: { salt: Buffer; memoryKiB: number; passes: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce: salt, parallelism: 1, tagLength: 32, memory, passes: rounds }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}
