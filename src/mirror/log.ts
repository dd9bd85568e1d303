/** Takes what the operator may want to read: a line of plain text, without anything secret. */
export type Log = (line: string) => void;

/** To the standard output, with the time before it. */
export function logToConsole(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

/** An error in one line for the log: what failed and why, as far as it is known. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let each = error; each instanceof Error && reasons.length < 4; each = each.cause) reasons.push(each.message);
  return reasons.length > 0 ? reasons.join(': ') : String(error);
}
