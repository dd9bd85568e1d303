// A film of three parts on its way to the mirror, over lines that break: what has come is not sent again.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FaultProxy } from '../support/fault-proxy.ts';
import { makeHouse, startWorld } from '../support/street-world.ts';
import type { NodeHouse, World } from '../support/street-world.ts';
import { until } from '../support/until.ts';
import { cidOf } from '../../src/protocol/index.ts';

const PART = 1_048_576;
const FILM = Uint8Array.from({ length: 3 * PART }, (_, index) => (index * 31) % 256);
/** In the middle of the second part. */
const BREAK = PART + PART / 2;
/** What else goes there: heads of requests, and what was in a socket that broke. */
const SLACK = 300_000;

describe('a film', () => {
  let world: World;
  let proxy: FaultProxy;
  let alice: NodeHouse;
  beforeEach(async () => {
    world = await startWorld();
    proxy = new FaultProxy(Number(new URL(world.mirror).port));
    const port = await proxy.listen();
    alice = await makeHouse(world, 'alice', (input, init) => fetch(String(input).replace(world.mirror, `http://127.0.0.1:${port}`), init));
    await alice.pair();
    alice.disconnect();
    await alice.film(FILM);
    // What comes next comes over a connection of its own.
    proxy.cut();
    proxy.carried.toMirror = 0;
  });
  afterEach(async () => {
    alice.disconnect();
    await proxy.close();
    await world.close();
  });

  const getFilm = (): Promise<Response> => fetch(`${world.mirror}/xrpc/com.atproto.sync.getBlob?${new URLSearchParams({ did: alice.did, cid: cidOf(FILM, 'raw').toString() })}`);

  async function arrives(): Promise<void> {
    await until('the mirror has confirmed all', async () => (
      (await alice.house.get('app.holdfast.bridge.describe', { did: alice.did })).body['mirror'] as { waiting: number }).waiting === 0);
    assert.deepEqual(Buffer.from(await (await getFilm()).arrayBuffer()), Buffer.from(FILM));
    const { toMirror } = proxy.carried;
    assert.ok(toMirror >= FILM.length && toMirror < FILM.length + SLACK, `${toMirror} bytes went there for ${FILM.length}`);
  }

  it('goes on where the line was cut', async () => {
    proxy.plan({ pieces: 'bytes', toMirror: [{ kind: 'cut', at: BREAK }] });
    alice.connect();
    await arrives();
    assert.equal(proxy.fired.of('cut'), 1);
  });

  it('goes on from another tab while the line of the first is dead and nobody has noticed', async () => {
    proxy.plan({ pieces: 'bytes', toMirror: [{ kind: 'swallow', at: BREAK }] });
    alice.connect();
    await until('the line is dead', async () => proxy.fired.of('swallow') > 0);
    assert.equal((await getFilm()).status, 400);
    alice.disconnect();
    alice.connect();
    await arrives();
  });
});
