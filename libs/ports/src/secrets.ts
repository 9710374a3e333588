/** Secret values of a space, decrypted; only the executor asks. */
export abstract class Secrets {
  abstract values(space: string, names: string[]): Promise<Record<string, string>>;
}
