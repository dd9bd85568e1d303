import { parseDid, parseDidKey } from '../protocol/index.ts';
import { HouseLines } from './house-line.ts';
import { Visit } from './visit.ts';
import type { Wish } from './visit.ts';

/** What a job says, which runs where there are no peer connections; it is code of ours (`src/jobs/open-house.ts`). */
type JobSays =
  /** To connect it with another house of this account. */
  | { readonly type: 'call'; readonly did: string; readonly key: string; readonly url: string; readonly mirrorDid: string; readonly clockAheadMs: number }
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'get'; readonly wish: Wish }
  /** It has dealt with the part, and takes another. */
  | { readonly type: 'more' }
  | { readonly type: 'close' };

/** What this page answers. */
type PageSays =
  | { readonly type: 'sign'; readonly fingerprints: readonly string[] }
  | { readonly type: 'open' }
  | { readonly type: 'part'; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly mimeType?: string | undefined }
  /** There is no such house, or it does not give that, or no more. */
  | { readonly type: 'failed' };

/**
 * Lends the line of this page to a job that knows the key of an account, and has another house of it show what the job asks for. The
 * job signs; its key stays where it is.
 * @param port to the job
 * @param signal ends it
 */
export async function lendLine(port: MessagePort, signal: AbortSignal): Promise<void> {
  const said: JobSays[] = [];
  let heard: (() => void) | undefined;
  port.addEventListener('message', (event: object) => {
    said.push((event as { readonly data: JobSays }).data);
    heard?.();
  });
  port.start();
  signal.addEventListener('abort', () => heard?.(), { once: true });
  const say = (message: PageSays): void => port.postMessage(message);
  const next = async (): Promise<JobSays> => {
    while (said.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    return said.shift() ?? { type: 'close' };
  };
  let visit: Visit | undefined;
  try {
    for (let message = await next(); message.type !== 'close'; message = await next()) {
      try {
        if (message.type === 'call') {
          const { did, key, url, mirrorDid, clockAheadMs } = message;
          const sign = async (_: string, fingerprints: readonly string[]): Promise<string> => {
            say({ type: 'sign', fingerprints });
            const answer = await next();
            return answer.type === 'token' ? answer.token : '';
          };
          visit = new Visit(await new HouseLines().call({ did: parseDid(did), key: parseDidKey(key), url, mirrorDid, clockAheadMs }, sign, signal));
          say({ type: 'open' });
        } else if (message.type === 'get' && visit !== undefined) {
          const parts = visit.get(message.wish);
          let step = await parts.next();
          for (; step.done !== true; step = await parts.next()) {
            say({ type: 'part', bytes: step.value });
            if ((await next()).type !== 'more') return;
          }
          say({ type: 'end', mimeType: step.value });
        }
      } catch {
        // Whatever it was, the job has to do without.
        say({ type: 'failed' });
      }
    }
  } finally {
    visit?.end();
    port.close();
  }
}
