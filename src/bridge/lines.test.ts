import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelError } from '../mirroring/index.ts';
import { Lines } from './lines.ts';
import type { Channel } from '../mirroring/index.ts';
import type { Carrier } from './lines.ts';

/** Lines of which some do not open, and which were tried. */
function setUp(closed: readonly Carrier[]) {
  const tried: string[] = [];
  const state = { closed: [...closed], progress: 0 };
  const open = (by: Carrier) => async (): Promise<Channel> => {
    tried.push(by);
    if (state.closed.includes(by)) throw new ChannelError('Lost', by);
    return { frames: (async function* none() {})(), send: async () => undefined, close: () => void tried.push(`close ${by}`) };
  };
  const lines = new Lines({ websocket: open('websocket'), webrtc: open('webrtc') }, () => state.progress);
  return { lines, state, heard: () => tried.splice(0), connect: () => lines.connect(new AbortController().signal) };
}

test('a WebSocket comes first, and where it opens nothing else is tried', async () => {
  const { lines, heard, connect, state } = setUp([]);
  await connect();
  state.progress++;
  await connect();
  assert.deepEqual([heard(), lines.by], [['websocket', 'websocket'], 'websocket']);
});

test('where no WebSocket opens, a direct connection carries; the next time a WebSocket is tried again', async () => {
  const { lines, heard, connect, state } = setUp(['websocket']);
  await connect();
  assert.deepEqual([heard(), lines.by], [['websocket', 'webrtc'], 'webrtc']);
  state.progress++;
  state.closed = [];
  await connect();
  assert.deepEqual([heard(), lines.by], [['websocket'], 'websocket']);
});

test('a WebSocket that opened and carried nothing comes second the next time', async () => {
  const { lines, heard, connect, state } = setUp([]);
  await connect();
  await connect();
  assert.deepEqual([heard(), lines.by], [['websocket', 'webrtc'], 'webrtc']);
  await connect();
  assert.deepEqual(heard(), ['websocket']);
  state.closed = ['webrtc'];
  await connect();
  assert.deepEqual([heard(), lines.by], [['webrtc', 'websocket'], 'websocket']);
});

test('where neither opens, it says what the first did', async () => {
  const { heard, connect } = setUp(['websocket', 'webrtc']);
  await assert.rejects(connect(), { message: 'websocket' });
  assert.deepEqual(heard(), ['websocket', 'webrtc']);
});

test('after the end nothing else is tried', async () => {
  const { lines, heard } = setUp(['websocket']);
  await assert.rejects(lines.connect(AbortSignal.abort()), { message: 'websocket' });
  assert.deepEqual(heard(), ['websocket']);
});

test('what is open is cut when the network changes', async () => {
  const { lines, heard, connect } = setUp(['websocket']);
  lines.cut();
  await connect();
  lines.cut();
  assert.deepEqual(heard(), ['websocket', 'webrtc', 'close webrtc']);
});
