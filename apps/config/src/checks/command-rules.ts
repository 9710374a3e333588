/** The command policy as configuration asks it. Whoever wires the module gives the real one. */
export abstract class CommandRules {
  /** Why a command may never run; undefined when it may, or when it needs an approval. */
  abstract refusal(command: string): { rule: string; detail: string; instead?: string } | undefined;
}
