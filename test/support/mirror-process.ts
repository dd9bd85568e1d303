// A mirror as a process that may kill itself: `node mirror-process.ts '<settings as JSON>' [<point>:<number>]`. With a point
// it ends by SIGKILL when it comes there for that time. Says where it is in one line of JSON.
import { flushCompileCache } from 'node:module';
import { startMirror } from '../../src/mirror/index.ts';
import type { MirrorSettings } from '../../src/mirror/index.ts';

const [settings = '{}', killAt = ''] = process.argv.slice(2);
const [point, times] = killAt.split(':');
// Who is killed leaves no cache for the next.
flushCompileCache();
let passed = 0;
let isThere = false;
const { url, port } = await startMirror(JSON.parse(settings) as MirrorSettings, {
  log: () => undefined,
  onPoint: (name) => {
    if (isThere && name === point && ++passed === Number(times)) process.kill(process.pid, 'SIGKILL');
  },
});
isThere = true;
console.log(JSON.stringify({ url, port }));
process.once('disconnect', () => process.exit(0));
