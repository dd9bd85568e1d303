import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** In a process of its own, which has no timers but those of what it runs. */
const CODE = `
  import { once } from 'node:events';
  import { startTestMirror } from './test/support/running-mirror.ts';
  const mirror = await startTestMirror();
  const socket = new WebSocket(mirror.url.replace('http', 'ws') + '/xrpc/com.atproto.sync.subscribeRepos?cursor=0');
  await once(socket, 'open');
  socket.close();
  await once(socket, 'close');
  await mirror.close();
  await new Promise(setImmediate);
  console.log('waits for ' + process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length);
  process.exit(0);
`;

test('a mirror that was closed keeps nothing waiting for subscribers that have gone', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', CODE], { cwd: join(import.meta.dirname, '../..') });
  assert.match(stdout, /waits for 0\n$/);
});

test('a street of which a part does not start leaves nothing that runs', async () => {
  const code = `
    import { once } from 'node:events';
    import { createServer } from 'node:http';
    import { startWorld } from './test/support/street-world.ts';
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    await startWorld({ port: taken.address().port }).catch((error) => console.log(error.code));
    taken.close();
  `;
  // It ends by itself.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: join(import.meta.dirname, '../..'), timeout: 30_000 });
  assert.equal(stdout, 'EADDRINUSE\n');
});
