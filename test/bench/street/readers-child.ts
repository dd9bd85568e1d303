// Many clients of a server in a process of their own. Asked over the channel between the processes with `Reading` as JSON, it says how long each answer took.
import { Agent, get } from 'node:http';
import { nowMs } from './clock.ts';

/** What is read, by how many at once, and how often in all. */
export interface Reading {
  readonly clients: number;
  readonly requests: number;
  /** Read one after another, from the beginning again at the end. */
  readonly urls: readonly string[];
}

process.on('message', (question) => void read(JSON.parse(String(question)) as Reading).then(
  (times) => process.send!(times),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
));
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
console.log('{}');

async function read({ clients, requests, urls }: Reading): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < requests) {
      const url = urls[next++ % urls.length]!;
      const start = nowMs();
      await answered(url, agent);
      times.push(nowMs() - start);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return times;
}

/** The body is taken off the socket, and that is all. */
function answered(url: string, agent: Agent): Promise<void> {
  const answer = Promise.withResolvers<void>();
  get(url, { agent }, (response) => {
    if (response.statusCode !== 200) answer.reject(new Error(`${url} was answered with ${response.statusCode}`));
    response.on('end', answer.resolve).on('error', answer.reject).resume();
  }).on('error', answer.reject);
  return answer.promise;
}
