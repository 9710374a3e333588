/** The same value, which nobody can change any more: handed out as often as wanted, it need not be copied. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner as unknown);
  }
  return value;
}
