// The built pages, with a few lines before both workers: what they ask of IndexedDB is counted, and at one point they stand
// still. A loop does it, which nothing but the end of the worker ends: the browser behaves to a worker that stands still in a
// debugger in another way than to one that only does not answer.
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale, dist } from '../../../scripts/build.mjs';
import { listenOnLocalhost, staticHandler } from '../../../scripts/lib/static-server.mjs';
import type { Site } from '../../e2e/support/app.ts';

/** A directory that is not there: browsers refuse this port. */
const NO_DIRECTORY = 'http://localhost:9';

/** What a worker answers when it is asked by `{ faultPoints: {} }`, or told from where on to count by `{ faultPoints: { at } }`. */
export interface Counted {
  readonly count: number;
  /** Another one after the worker has been started again. */
  readonly life: string;
}

/** What it says on the channel `fault-points`, and the last that it says. */
export interface Reached {
  readonly reached: number;
  readonly life: string;
}

/** The site, and where the worker of long jobs is. */
export interface StandingSite extends Site {
  readonly jobs: string;
  /** Serves one more file. */
  add(name: string, text: string): void;
}

/** Serves the built pages with workers that stand still when they are told. */
export async function serveStandingStill(): Promise<StandingSite> {
  await buildIfStale();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-standing-'));
  cpSync(dist, folder, { recursive: true });
  const [jobs] = globSync('assets/jobs-*.js', { cwd: folder });
  if (jobs === undefined) throw new Error('there is no worker of long jobs');
  for (const name of ['sw.js', jobs]) {
    const file = join(folder, name);
    writeFileSync(file, `(${countPoints})();\n${readFileSync(file, 'utf8')}`);
  }
  const server = await listenOnLocalhost(staticHandler(folder, { '/settings.json': () => JSON.stringify({ directory: NO_DIRECTORY }) }), 0);
  return {
    url: `http://localhost:${server.port}`, jobs: `/${jobs}`, add: (name, text) => writeFileSync(join(folder, name), text),
    stop: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs in the worker, before all else. A dedicated worker may be told by its name, as `stand still at 7`, before it begins. */
function countPoints(): void {
  const scope = globalThis as unknown as {
    readonly name?: string;
    addEventListener(type: 'message', listener: (event: MessageEvent<{ faultPoints?: { at?: number } } | null>) => void): void;
  };
  const life = crypto.randomUUID();
  const channel = new BroadcastChannel('fault-points');
  const named = /^stand still at (\d+)$/.exec(scope.name ?? '')?.[1];
  const state = { count: 0, at: Number(named ?? 0), isCounting: named !== undefined };

  const pass = (): void => {
    if (!state.isCounting) return;
    state.count++;
    if (state.count !== state.at) return;
    channel.postMessage({ reached: state.at, life });
    for (;;);
  };
  scope.addEventListener('message', (event) => {
    const told = event.data?.faultPoints;
    if (told === undefined) return;
    event.stopImmediatePropagation();
    if (told.at !== undefined) Object.assign(state, { count: 0, at: told.at, isCounting: true });
    event.ports[0]?.postMessage({ count: state.count, life });
  });

  type Method = (this: unknown, ...args: unknown[]) => unknown;
  const watch = (prototype: object, names: readonly string[], then?: (given: unknown) => void): void => {
    const methods = prototype as Record<string, Method>;
    for (const name of names) {
      const method = methods[name]!;
      methods[name] = function (this: unknown, ...args: unknown[]) {
        pass();
        const given = method.apply(this, args);
        then?.(given);
        return given;
      };
    }
  };
  const asks = ['get', 'getAll', 'getAllKeys', 'getKey', 'count', 'openCursor', 'openKeyCursor'];
  watch(IDBFactory.prototype, ['open']);
  // When it is durable, nobody has heard of it yet.
  watch(IDBDatabase.prototype, ['transaction'], (transaction) => (transaction as IDBTransaction).addEventListener('complete', pass));
  watch(IDBDatabase.prototype, ['createObjectStore']);
  watch(IDBTransaction.prototype, ['commit']);
  watch(IDBObjectStore.prototype, ['put', 'add', 'delete', 'clear', ...asks]);
  watch(IDBIndex.prototype, asks);
  watch(IDBCursor.prototype, ['continue', 'continuePrimaryKey', 'advance']);
}
