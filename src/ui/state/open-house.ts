/** The line of this page to another house, for a job that restores from it: workers have none. */
export interface LentLine {
  readonly port: MessagePort;
  /** To be called when the job has ended. */
  readonly end: () => void;
}

/** Lends the line of this page. The job takes it for silence where that part of the pages cannot be loaded. */
export function lineToOpenHouse(): LentLine {
  const { port1, port2 } = new MessageChannel();
  const ended = new AbortController();
  import('../../bridge/index.ts').then(({ lendLine }) => lendLine(port1, ended.signal)).catch(() => port1.close());
  return { port: port2, end: () => ended.abort() };
}
