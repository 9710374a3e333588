/** Secrets that the installation gives by files or environment. A stored one of the same name wins. */
export class GivenSecrets {
  /** @param lookUp the value of a secret of a space, when there is one */
  constructor(private readonly lookUp: (space: string, name: string) => string | undefined) {}

  value(space: string, name: string): string | undefined {
    return this.lookUp(space, name);
  }
}
