import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { HttpSessions, openHttpChannel } from './index.ts';
import { FRAMES_TYPE, joinFrames, MOST_BODY_BYTES, splitFrames } from './turn.ts';
import type { HttpSessionsOptions } from './index.ts';
import type { Channel } from '../../mirroring/index.ts';

const URL = 'https://mirror.example/xrpc/app.holdfast.mirror.converse';

const made: HttpSessions[] = [];
afterEach(() => made.splice(0).forEach((sessions) => sessions.close()));

/** Sessions, the mirror's ends of their channels, and a way to ask them by hand. */
function setUp(options: Omit<HttpSessionsOptions, 'accept'> = {}) {
  const channels: Channel[] = [];
  const sessions = new HttpSessions({ holdMs: 1, ...options, accept: (channel) => void channels.push(channel) });
  made.push(sessions);
  const post = (turn: string | undefined, session?: string | null, body: Uint8Array<ArrayBuffer> | ReadableStream = joinFrames([]), headers = {}, caller?: string): Promise<Response> =>
    sessions.answer(new Request(URL, {
      method: 'POST', body, duplex: 'half',
      headers: {
        'content-type': FRAMES_TYPE, ...(turn !== undefined && { 'holdfast-turn': turn }),
        ...(typeof session === 'string' && { 'holdfast-session': session }), ...headers,
      },
    } as RequestInit), caller);
  const open = async (caller?: string): Promise<string> => (await post('0', undefined, undefined, {}, caller)).headers.get('holdfast-session')!;
  return { sessions, channels, post, open };
}

async function refused(answer: Promise<Response>, status: number, error: string): Promise<void> {
  const response = await answer;
  assert.equal(response.status, status);
  const body = await response.json() as { error: string; message: string };
  assert.equal(body.error, error);
  assert.match(body.message, /\.$/);
}

async function read(channel: Channel): Promise<number[][]> {
  const frames: number[][] = [];
  for await (const frame of channel.frames) frames.push([...frame]);
  return frames;
}

const framesOf = async (response: Response): Promise<number[][]> =>
  splitFrames(new Uint8Array(await response.arrayBuffer())).map((frame) => [...frame]);

it('a session is 128 random bits', async () => {
  const { open } = setUp();
  const [a, b] = [await open(), await open()];
  assert.match(a, /^[0-9a-f]{32}$/);
  assert.notEqual(a, b);
});

it('a turn that was taken is not taken again', async () => {
  const { post, open, channels: [, ...none], channels } = setUp();
  const id = await open();
  assert.deepEqual(none, []);
  assert.equal((await post('1', id, joinFrames([Uint8Array.of(1)]))).status, 200);
  await refused(post('1', id, joinFrames([Uint8Array.of(1)])), 409, 'WrongTurn');
  await refused(post('0', id), 409, 'WrongTurn');
  await refused(post('4', id), 409, 'WrongTurn');
  assert.equal((await post('2 end', id, joinFrames([Uint8Array.of(2)]))).headers.get('holdfast-session'), 'end');
  assert.deepEqual(await read(channels[0]!), [[1], [2]]);
  await refused(post('3', id), 404, 'SessionNotFound');
});

it('turns that come out of order are taken in order, and answered', async () => {
  const { post, open, channels } = setUp({ holdMs: 60_000 });
  const id = await open();
  const second = post('2 end', id, joinFrames([Uint8Array.of(2)]));
  await refused(post('2', id), 409, 'WrongTurn');
  const first = post('1', id, joinFrames([Uint8Array.of(1)]));
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  assert.deepEqual(await read(channels[0]!), [[1], [2]]);
});

it('a turn that waits is answered when the next comes, and when there is something to say', async () => {
  const { post, open, channels } = setUp({ holdMs: 3_600_000 });
  const id = await open();
  const first = post('1', id);
  const second = post('2', id);
  assert.deepEqual(await framesOf(await first), []);
  await channels[0]!.send(Uint8Array.of(5));
  assert.deepEqual(await framesOf(await second), [[5]]);
  channels[0]!.close();
  assert.equal((await post('3', id)).headers.get('holdfast-session'), 'end');
});

it('a session that is not heard of is lost', async () => {
  const { open, channels, sessions } = setUp({ idleMs: 20 });
  await open();
  await assert.rejects(read(channels[0]!), { code: 'Lost' });
  await assert.rejects(channels[0]!.send(Uint8Array.of(1)), { code: 'Lost' });
  assert.equal(sessions.size, 0);
});

it('a session whose request breaks off is lost', async () => {
  const { sessions, channels, open } = setUp({ holdMs: 3_600_000 });
  const id = await open();
  const controller = new AbortController();
  const headers = { 'content-type': FRAMES_TYPE, 'holdfast-turn': '1', 'holdfast-session': id };
  const answer = sessions.answer(new Request(URL, { method: 'POST', headers, signal: controller.signal }));
  const reading = read(channels[0]!);
  controller.abort();
  await assert.rejects(reading, { code: 'Lost' });
  await answer;
  assert.equal(sessions.size, 0);
});

it('a mirror that goes away has lost its sessions, and does not say that they were closed', async () => {
  const { sessions, channels } = setUp({ holdMs: 3_600_000 });
  const ask: typeof fetch = (input, init) => sessions.answer(new Request(input, init));
  const house = await openHttpChannel('https://mirror.example', { fetch: ask });
  const reading = [read(house), read(channels[0]!)];
  sessions.close();
  for (const each of reading) await assert.rejects(each, { code: 'Lost' });
});

it('no more sessions are opened than there may be', async () => {
  const { post, open } = setUp({ most: 2 });
  const id = await open();
  await open();
  await refused(post('0'), 503, 'TooManySessions');
  await post('1 end', id);
  await open();
});

it('no more sessions of one caller are opened than it may have', async () => {
  const { post, open } = setUp({ mostOfOne: 2 });
  const id = await open('ann');
  await open('ann');
  await refused(post('0', undefined, undefined, {}, 'ann'), 503, 'TooManySessions');
  await open('bob');
  await post('1 end', id, undefined, {}, 'ann');
  await open('ann');
});

/** A body that brings some bytes and goes on when it is told so. */
function slow(bytes: Uint8Array<ArrayBuffer>, first: number): { readonly body: ReadableStream; readonly goOn: () => void; readonly begun: Promise<void> } {
  const [begun, wait] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const chunks = [bytes.subarray(0, first), bytes.subarray(first)];
  const body = new ReadableStream({
    async pull(controller) {
      if (chunks.length === 1) {
        begun.resolve();
        await wait.promise;
      }
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  }, { highWaterMark: 0 });
  return { body, begun: begun.promise, goOn: wait.resolve };
}

const FRAME = new Uint8Array(600).fill(7);

it('what has been announced and has not come takes nothing from others', async () => {
  const { post, open, channels } = setUp({ mostBytes: 1_000 });
  const never = (): ReadableStream => new ReadableStream({ pull: () => new Promise(() => undefined) });
  for (let each = 0; each < 30; each++) void post('1', await open(), never(), each % 2 === 0 ? { 'content-length': String(MOST_BODY_BYTES) } : {});
  assert.equal((await post('1 end', await open(), joinFrames([FRAME]))).status, 200);
  assert.deepEqual(await read(channels.at(-1)!), [[...FRAME]]);
  // One that says little has little room.
  const little = post('1', await open(), joinFrames([FRAME]), { 'content-length': '9' });
  await refused(little, 400, 'BadFrame');
});

for (const [name, options, other] of [['all have', { mostBytes: 1_000 }, 'bob'], ['one caller may have', { mostBytesOfOne: 1_000 }, 'ann']] as const) {
  it(`of more bytes than ${name} in hand nothing is taken, and the session is as it was`, async () => {
    const { post, open, channels } = setUp({ ...options, holdMs: 3_600_000 });
    const [first, second] = [await open('ann'), await open(other)];
    const coming = slow(joinFrames([FRAME]), 550);
    const answer = post('1', first, coming.body, {}, 'ann');
    await coming.begun;
    await refused(post('1', second, joinFrames([FRAME]), {}, other), 503, 'TooManySessions');
    if (other === 'ann') assert.equal((await post('1 end', await open('bob'), joinFrames([FRAME]), {}, 'bob')).status, 200);
    // One that begins so begins not at all.
    await refused(post('0', undefined, joinFrames([FRAME]), {}, other), 503, 'TooManySessions');
    coming.goOn();
    await post('2 end', first, undefined, {}, 'ann');
    await answer;
    assert.equal((await post('1 end', second, joinFrames([FRAME]), {}, other)).status, 200);
    assert.deepEqual(await read(channels[1]!), [[...FRAME]]);
  });
}

it('a body that has not come after a while is waited for no longer, and its session is lost', async () => {
  const { post, open, channels, sessions } = setUp({ bodyMs: 20, mostBytes: 1_000 });
  await refused(post('1', await open(), slow(joinFrames([FRAME]), 550).body), 408, 'RequestTimeout');
  await assert.rejects(read(channels[0]!), { code: 'Lost' });
  assert.equal(sessions.size, 0);
  assert.equal((await post('1 end', await open(), joinFrames([FRAME]))).status, 200);
});

it('a house whose turn was not taken for want of room gives it again, and gives up after some times', async () => {
  const { sessions, channels } = setUp({ holdMs: 3_600_000 });
  let refusals = 2;
  const full: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    if (request.headers.get('holdfast-turn') === '0' || refusals-- <= 0) return sessions.answer(request);
    return Promise.resolve(Response.json({ error: 'TooManySessions', message: 'Later.' }, { status: 503 }));
  };
  const house = await openHttpChannel('https://mirror.example', { fetch: full, pauseMs: 1 });
  await house.send(Uint8Array.of(1));
  await house.send(Uint8Array.of(2));
  house.close();
  assert.deepEqual(await read(channels[0]!), [[1], [2]]);
  refusals = Infinity;
  const other = await openHttpChannel('https://mirror.example', { fetch: full, pauseMs: 1 });
  await assert.rejects(read(other), { code: 'Lost' });
});

it('what is no turn is refused', async () => {
  const { post, sessions, channels } = setUp();
  for (const turn of [undefined, '', '-1', '1e3', '0 done', '9999999999999999']) await refused(post(turn), 400, 'InvalidRequest');
  await refused(post('1'), 400, 'InvalidRequest');
  await refused(post('0', undefined, joinFrames([]), { 'content-type': 'text/plain' }), 400, 'InvalidRequest');
  await refused(sessions.answer(new Request(URL, { headers: { 'content-type': FRAMES_TYPE, 'holdfast-turn': '0' } })), 400, 'InvalidRequest');
  await refused(post('1', 'f'.repeat(32)), 404, 'SessionNotFound');
  assert.deepEqual([sessions.size, channels.length], [0, 0]);
});

for (const [name, body] of Object.entries({
  'a frame that is cut off': Uint8Array.of(5, 1, 2),
  'a length that is cut off': Uint8Array.of(1, 1, 0x80),
  'a length that is not the shortest form': Uint8Array.of(0x81, 0x00, 1),
  'a length beyond all limits': Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
})) {
  it(`${name} ends the session`, async () => {
    const { post, open, sessions, channels } = setUp();
    const id = await open();
    await refused(post('1', id, body), 400, 'BadFrame');
    await assert.rejects(read(channels[0]!), { code: 'BadFrame' });
    assert.equal(sessions.size, 0);
  });
}

it('a body without an end is not read to its end', async () => {
  const { post, open, channels } = setUp();
  const id = await open();
  let given = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      given += 1_000_000;
      controller.enqueue(new Uint8Array(1_000_000));
    },
    cancel() {
      cancelled = true;
    },
  });
  await refused(post('1', id, endless), 400, 'BadFrame');
  assert.ok(cancelled && given < MOST_BODY_BYTES + 4_000_000, `${given} bytes were asked for`);
  await assert.rejects(read(channels[0]!), { code: 'BadFrame' });
});

it('a house hears in the order of its turns, whatever order the answers come in', async () => {
  const { sessions, channels } = setUp({ holdMs: 3_600_000 });
  let hold: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    hold = resolve;
  });
  const slow: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const response = await sessions.answer(request);
    const turn = request.headers.get('holdfast-turn');
    if (turn === '1') await held;
    // The answer to the second has come by then.
    else if (turn === '2') setImmediate(() => hold?.());
    return response;
  };
  const house = await openHttpChannel('https://mirror.example', { fetch: slow });
  await channels[0]!.send(Uint8Array.of(1));
  await house.send(Uint8Array.of(9));
  await channels[0]!.send(Uint8Array.of(2));
  channels[0]!.close();
  assert.deepEqual(await read(house), [[1], [2]]);
});

it('an address where no mirror answers opens nothing', async () => {
  const answering = (response: () => Response): typeof fetch => () => Promise.resolve(response());
  const codes: readonly [string, typeof fetch][] = [
    ['Lost', answering(() => new Response('<html>', { status: 404 }))],
    ['Lost', answering(() => Response.json({ error: 'TooManySessions' }, { status: 503 }))],
    ['BadFrame', answering(() => new Response('hello'))],
    ['BadFrame', answering(() => new Response(null))],
    ['Lost', () => Promise.reject(new TypeError('fetch failed'))],
  ];
  for (const [code, fetch] of codes) await assert.rejects(openHttpChannel('https://mirror.example', { fetch }), { code });
});

it('a signal loses the channel, open or not', async () => {
  const { sessions, channels } = setUp({ holdMs: 3_600_000 });
  const controller = new AbortController();
  const ask: typeof fetch = (input, init) => sessions.answer(new Request(input, init));
  const house = await openHttpChannel('https://mirror.example', { fetch: ask, signal: controller.signal });
  const reading = [read(house), read(channels[0]!)];
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  controller.abort();
  for (const each of reading) await assert.rejects(each, { code: 'Lost' });
  await assert.rejects(openHttpChannel('https://mirror.example', { fetch: ask, signal: controller.signal }), { code: 'Lost' });
});

it('while the body of one turn comes slowly, another that is answered lets no session be lost', async () => {
  const sessions = new HttpSessions({ holdMs: 20, idleMs: 100, bodyMs: 5_000, accept: () => undefined });
  const post = (turn: string, session: string | null, body: Uint8Array | ReadableStream): Promise<Response> => sessions.answer(new Request('https://mirror.example/x', {
    method: 'POST', body, duplex: 'half', headers: { 'content-type': FRAMES_TYPE, 'holdfast-turn': turn, ...(session !== null && { 'holdfast-session': session }) },
  } as RequestInit));
  const id = (await post('0', null, joinFrames([]))).headers.get('holdfast-session');
  const bytes = joinFrames([new Uint8Array(1_000)]);
  const slow = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, 500));
      await new Promise((resolve) => {
        setTimeout(resolve, 400);
      });
      controller.enqueue(bytes.subarray(500));
      controller.close();
    },
  });
  const [waiting, coming] = [post('1', id, joinFrames([])), post('2', id, slow)];
  assert.deepEqual([(await waiting).status, (await coming).status], [200, 200]);
  sessions.close();
});
