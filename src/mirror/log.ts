/** Takes what the operator may want to read: plain text, without anything secret or any caller's address. */
export type Log = (line: string, level?: 'error') => void;

/** To the standard output, with the time before it. */
export function logToConsole(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

/** To the standard output, an object a line; `did` is the first that the message names. */
export function logAsJson(line: string, level: 'info' | 'error' = 'info'): void {
  const [did] = /did:[a-z]+:[A-Za-z0-9.:%_-]*[A-Za-z0-9_-]/.exec(line) ?? [];
  console.log(JSON.stringify({ time: new Date().toISOString(), level, ...(did !== undefined && { did }), message: line }));
}

/** An error in one line for the log: what failed and why, as far as it is known. */
export function reasonOf(error: unknown): string {
  const reasons: string[] = [];
  for (let each = error; each instanceof Error && reasons.length < 4; each = each.cause) reasons.push(each.message);
  return reasons.length > 0 ? reasons.join(': ') : String(error);
}
