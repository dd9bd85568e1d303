/** States in which an account is not active. With others, of which more may come, it may be; and one that is not need not say why. */
const INACTIVE: readonly string[] = ['deleted', 'deactivated', 'takendown', 'suspended'];

/** Whether an account is said to be active, and to be in a state in which it is not. @param active undefined for a server that does not say */
export function contradicts(active: unknown, status: unknown): boolean {
  return active !== false && typeof status === 'string' && INACTIVE.includes(status);
}
