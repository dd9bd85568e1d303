// Needs the optional package node-datachannel; where it is not installed, the layer names this as not run.
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { answerChannel, offerChannel } from '../../src/bridge/webrtc/index.ts';
import { channelContract } from '../../src/testing/index.ts';
import { faultyChannel } from '../support/faulty-channel.ts';
import { PeerStreet } from '../support/peers.ts';
import { UdpFaultProxy } from '../support/udp-fault-proxy.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { FaultKind } from '../support/faults.ts';

const street = new PeerStreet();
/** Of channels that find out soon that the other side is gone. */
const quick = new PeerStreet({ pingMs: 150 });
after(async () => {
  await quick.close();
  await street.close();
});

describe('WebRTC', () => {
  for (const { name, run } of channelContract) it(name, async () => run(await street.pair()));
});

const FRAMES = Array.from({ length: 40 }, (_, index) => new Uint8Array(index * 997).fill(index));

async function read(channel: Channel): Promise<readonly [Uint8Array[], string]> {
  const frames: Uint8Array[] = [];
  try {
    for await (const frame of channel.frames) frames.push(frame);
    return [frames, 'Closed'];
  } catch (error) {
    return [frames, (error as { code: string }).code];
  }
}

async function write(channel: Channel): Promise<void> {
  for (const frame of FRAMES) await channel.send(frame);
  channel.close();
}

describe('WebRTC over a bad line', () => {
  let proxy: UdpFaultProxy;
  beforeEach(async () => {
    proxy = new UdpFaultProxy();
    await proxy.listen();
  });
  afterEach(() => proxy.close());

  const kinds: readonly FaultKind[] = ['drop', 'repeat', 'reorder', 'delay', 'truncate'];
  for (const toHouse of [true, false]) {
    for (const kind of kinds) {
      it(`datagrams meet ${kind} on the way to the ${toHouse ? 'house' : 'mirror'}, and every frame arrives once and in order`, async () => {
        const { house, mirror } = await street.pair(proxy);
        const faults = [0, 3, 4, 9, 17].map((at) => ({ kind, at, ms: 5 }));
        // A line that has met truncate takes nothing any more: another one follows it.
        const plan = kind === 'truncate' ? faults.slice(0, 1) : faults;
        proxy.plan(toHouse ? { toHouse: plan } : { toMirror: plan });
        const [from, to] = toHouse ? [mirror, house] : [house, mirror];
        const writing = write(from);
        if (kind === 'truncate') {
          while (proxy.fired.of(kind) === 0) await new Promise(setImmediate);
          proxy.plan({});
        }
        assert.deepEqual(await read(to), [FRAMES, 'Closed']);
        await writing;
        assert.ok(proxy.fired.of(kind) > 0);
        if (kind !== 'reorder' && kind !== 'delay') return assert.equal(proxy.overtaken, 0);
        // What is late may be on its way yet, where it was sent again meanwhile.
        while (proxy.overtaken === 0) await new Promise(setImmediate);
      });
    }
  }

  it('both sides find out that nothing passes any more', async () => {
    const { house, mirror } = await quick.pair(proxy);
    await house.send(Uint8Array.of(1));
    proxy.cut();
    const [[heard, atMirror], [, atHouse]] = await Promise.all([read(mirror), read(house)]);
    assert.ok(heard.length <= 1);
    assert.deepEqual([atMirror, atHouse], ['Lost', 'Lost']);
    await assert.rejects(house.send(Uint8Array.of(1)), { code: 'Lost' });
  });

  it('one direction is frozen: whoever hears nothing has lost the other', async () => {
    const { house, mirror } = await quick.pair(proxy);
    proxy.plan({ toHouse: [{ kind: 'swallow', at: 0 }] });
    void mirror.send(Uint8Array.of(1)).catch(() => undefined);
    assert.deepEqual(await read(house), [[], 'Lost']);
    assert.equal(proxy.fired.of('swallow'), 1);
    mirror.close();
  });

  it('what nobody answers is given up', async () => {
    const offering = await offerChannel(await street.peer(), { openMs: 100 });
    const answer = await answerChannel(await street.peer(), { ...offering.session, candidates: [] }, { openMs: 100 });
    proxy.cut();
    await assert.rejects(offering.accept(proxy.facingHouse(answer.session)), { code: 'Lost' });
    await assert.rejects(answer.channel, { code: 'Lost' });
  });
});

describe('WebRTC that is given up', () => {
  it('by a signal, before and after it has opened', async () => {
    const early = new AbortController();
    const offering = await offerChannel(await street.peer(), { signal: early.signal });
    const answer = await answerChannel(await street.peer(), offering.session, { openMs: 100 });
    const opening = offering.accept(answer.session);
    early.abort();
    await assert.rejects(opening, { code: 'Lost' });
    await assert.rejects(answer.channel, { code: 'Lost' });

    const late = new AbortController();
    const next = await offerChannel(await street.peer(), { signal: late.signal });
    // Whoever answers waits to be called, as in `PeerStreet.pair`.
    const other = await answerChannel(await street.peer(), { ...next.session, candidates: [] });
    const house = await next.accept(other.session);
    const mirror = await other.channel;
    late.abort();
    assert.deepEqual([(await read(house))[1], (await read(mirror))[1]], ['Closed', 'Closed']);
  });

  it('with another certificate than the one that was told', async () => {
    const offering = await offerChannel(await street.peer(), { openMs: 3_000 });
    const answer = await answerChannel(await street.peer(), offering.session, { openMs: 3_000 });
    const fingerprint = answer.session.fingerprint.replace(/^../, (byte) => (byte === '00' ? '01' : '00'));
    await assert.rejects(offering.accept({ ...answer.session, fingerprint }), { code: 'Lost' });
    await assert.rejects(answer.channel, { code: 'Lost' });
  });
});

describe('frames that meet faults over WebRTC', () => {
  it('a frame that is cut off loses the channel for both', async () => {
    const pair = await street.pair();
    const house = faultyChannel(pair, { toMirror: [{ kind: 'cut', at: 1 }] });
    await house.send(Uint8Array.of(1));
    await house.send(Uint8Array.of(2)).catch(() => undefined);
    const [heard, ended] = await read(pair.mirror);
    assert.ok(heard.length <= 1);
    assert.equal(ended, 'Lost');
    assert.equal(house.fired.of('cut'), 1);
  });
});
