// What makes faults for tests makes them: each fires, and does what it says.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { loopbackChannels } from '../../src/bridge/loopback/index.ts';
import { FaultProxy } from '../support/fault-proxy.ts';
import { faultyChannel } from '../support/faulty-channel.ts';
import { SocketServer } from '../support/websocket-pair.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { FaultKind } from '../support/faults.ts';

const SENT = [[0, 0], [1, 1], [2, 2], [3, 3]];

/** What arrives of four frames of which the second meets the fault, and how it ends. */
const OUTCOMES: Readonly<Record<Exclude<FaultKind, 'trickle' | 'swallow'>, readonly [frames: readonly number[][], end: 'Closed' | 'Lost']>> = {
  drop: [[[0, 0], [2, 2], [3, 3]], 'Closed'],
  repeat: [[[0, 0], [1, 1], [1, 1], [2, 2], [3, 3]], 'Closed'],
  reorder: [[[0, 0], [2, 2], [1, 1], [3, 3]], 'Closed'],
  delay: [SENT, 'Closed'],
  truncate: [[[0, 0], [1]], 'Closed'],
  cut: [[[0, 0]], 'Lost'],
  'half-close': [[[0, 0]], 'Closed'],
};

async function read(channel: Channel): Promise<readonly [number[][], string]> {
  const frames: number[][] = [];
  try {
    for await (const frame of channel.frames) frames.push([...frame]);
    return [frames, 'Closed'];
  } catch (error) {
    return [frames, (error as { code: string }).code];
  }
}

async function write(channel: Channel): Promise<void> {
  try {
    for (const frame of SENT) await channel.send(Uint8Array.from(frame));
    channel.close();
  } catch {
    // The fault has ended it.
  }
}

const kinds = Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[];

describe('faults of a channel', () => {
  for (const kind of kinds) {
    it(`${kind}, on the way to the mirror`, async () => {
      const pair = loopbackChannels();
      const house = faultyChannel(pair, { toMirror: [{ kind, at: 1, ms: 5 }] });
      await write(house);
      assert.deepEqual(await read(pair.mirror), OUTCOMES[kind]);
      assert.equal(house.fired.of(kind), 1);
    });

    it(`${kind}, on the way to the house`, async () => {
      const pair = loopbackChannels();
      const house = faultyChannel(pair, { toHouse: [{ kind, at: 1, ms: 5 }] });
      void write(pair.mirror);
      assert.deepEqual(await read(house), OUTCOMES[kind]);
      assert.equal(house.fired.of(kind), 1);
    });
  }

  it('swallow, and the other direction goes on', async () => {
    const pair = loopbackChannels();
    const house = faultyChannel(pair, { toHouse: [{ kind: 'swallow', at: 0 }] });
    await pair.mirror.send(Uint8Array.of(1));
    await pair.mirror.send(Uint8Array.of(2));
    await write(house);
    assert.deepEqual(await read(pair.mirror), [SENT, 'Closed']);
    assert.deepEqual(await read(house), [[], 'Closed']);
    assert.equal(house.fired.of('swallow'), 1);
  });

  it('none, where none is planned', async () => {
    const pair = loopbackChannels();
    const house = faultyChannel(pair, {});
    await write(house);
    assert.deepEqual(await read(pair.mirror), [SENT, 'Closed']);
  });
});

describe('faults of the frames of a WebSocket', () => {
  const server = new SocketServer();
  let proxy: FaultProxy;
  let port: number;
  before(() => server.listen());
  after(() => server.close());
  afterEach(() => proxy.close());

  for (const toHouse of [true, false]) {
    for (const kind of kinds) {
      it(`${kind}, on the way to the ${toHouse ? 'house' : 'mirror'}`, async () => {
        proxy = new FaultProxy(server.port);
        port = await proxy.listen();
        const fault = [{ kind, at: 1, ms: 5 }];
        proxy.plan({ pieces: 'frames', ...(toHouse ? { toHouse: fault } : { toMirror: fault }) });
        const { house, mirror } = await server.pair(port);
        const [from, to] = toHouse ? [mirror, house] : [house, mirror];
        void write(from);
        // Half a frame is none, and a WebSocket that ends without a word is lost.
        const [frames, end] = OUTCOMES[kind];
        const [heard, ended] = await read(to);
        // What is cut off may take with it what had not been read yet.
        if (kind === 'cut') assert.ok(heard.length <= 1);
        else assert.deepEqual(heard, kind === 'truncate' ? [[0, 0]] : frames);
        assert.equal(ended, kind === 'truncate' || kind === 'half-close' ? 'Lost' : end);
        assert.equal(proxy.fired.of(kind), 1);
        assert.equal(proxy.connections, 1);
      });
    }
  }

  it('swallow: what the mirror says is not heard, what the house says is', async () => {
    proxy = new FaultProxy(server.port);
    port = await proxy.listen();
    proxy.plan({ pieces: 'frames', toHouse: [{ kind: 'swallow', at: 0 }] });
    const { house, mirror } = await server.pair(port);
    await mirror.send(Uint8Array.of(1));
    void write(house);
    assert.deepEqual(await read(mirror), [SENT, 'Closed']);
    proxy.cut();
    assert.deepEqual((await read(house))[0], []);
    assert.equal(proxy.fired.of('swallow'), 1);
  });

  it('the connection after the one of the plan is untouched', async () => {
    proxy = new FaultProxy(server.port);
    port = await proxy.listen();
    proxy.plan({ pieces: 'frames', toMirror: [{ kind: 'cut', at: 0 }] });
    const first = await server.pair(port);
    void write(first.house);
    assert.deepEqual(await read(first.mirror), [[], 'Lost']);
    const second = await server.pair(port);
    void write(second.house);
    assert.deepEqual(await read(second.mirror), [SENT, 'Closed']);
  });
});

describe('faults of bytes', () => {
  /** What arrives of "0123456789" when bytes 2 to 4 meet the fault. */
  const TEXTS: Readonly<Record<FaultKind, string>> = {
    drop: '0156789', repeat: '0123423456789', reorder: '0156789234', delay: '0123456789', trickle: '0123456789',
    truncate: '012', cut: '01', swallow: '01', 'half-close': '01',
  };
  const server = createServer({ allowHalfOpen: true });
  let heard: Promise<string> = Promise.resolve('');
  let proxy: FaultProxy;
  before(async () => {
    server.on('connection', (socket) => {
      heard = (async () => {
        let text = '';
        socket.on('error', () => undefined);
        try {
          for await (const chunk of socket.iterator({ destroyOnReturn: false })) text += String(chunk);
          socket.end('heard');
        } catch {
          // Cut off.
        }
        return text;
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  afterEach(() => proxy.close());

  for (const [kind, text] of Object.entries(TEXTS) as [FaultKind, string][]) {
    it(kind, async () => {
      proxy = new FaultProxy((server.address() as AddressInfo).port);
      proxy.plan({ pieces: 'bytes', toMirror: [{ kind, at: 2, length: 3, ms: 2 }] });
      const socket = connect({ port: await proxy.listen(), host: '127.0.0.1', allowHalfOpen: true });
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      socket.write('0123');
      socket.end('456789');
      await closed;
      // What is cut off may take with it what had not been read yet; what is half closed can still be answered.
      if (kind === 'cut') assert.ok(text.startsWith(await heard));
      else assert.deepEqual([await heard, answer], [text, 'heard']);
      assert.equal(proxy.fired.of(kind), 1);
    });
  }
});
