// A mirror as a process that may kill itself. It loads what it needs, waits for a message with its settings, and says where it
// is in one line of JSON. To every other message it answers with its memory, after `gc` where that is exposed.
import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { collectByNeed, startMirror } from '../../src/mirror/index.ts';
import type { MirrorSettings } from '../../src/mirror/index.ts';

/** What it waits for. */
export interface MirrorOrders {
  readonly settings: MirrorSettings;
  /** `<point>:<number>`: when it comes there for that time it ends by SIGKILL. */
  readonly killAt: string;
}

// Who is killed leaves no cache for the next.
flushCompileCache();
process.once('disconnect', () => process.exit(0));
const [{ settings, killAt }] = await once(process, 'message') as [MirrorOrders];
const [point, times] = killAt.split(':');
let passed = 0;
let isThere = false;
collectByNeed();
const { url, port } = await startMirror(settings, {
  log: () => undefined,
  onPoint: (name) => {
    if (isThere && name === point && ++passed === Number(times)) process.kill(process.pid, 'SIGKILL');
  },
});
isThere = true;
process.on('message', async () => {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    // What buffers took is taken off some time later.
    await setTimeout(100);
  }
  process.send!(process.memoryUsage());
});
console.log(JSON.stringify({ url, port }));
