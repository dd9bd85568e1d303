// What test/contract/channel.test.ts asks of the channels in Node, in a page.
import { HttpSessions, openHttpChannel } from '../../src/bridge/http/index.ts';
import { openWebSocket } from '../../src/bridge/websocket/index.ts';
import { channelContract } from '../../src/testing/index.ts';
import { ChannelError } from '../../src/mirroring/index.ts';
import { equal, rejectedBy } from './assert.ts';
import type { Channel } from '../../src/mirroring/index.ts';
import type { ChannelPair } from '../../src/testing/index.ts';

/** A channel over HTTP whose server is in the page: requests and answers are the browser's own. */
async function httpPair(): Promise<ChannelPair> {
  let mirror: Channel | undefined;
  const sessions = new HttpSessions({ accept: (channel) => {
    mirror = channel;
  } });
  const house = await openHttpChannel('https://mirror.example', {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      // Those of Firefox do not say what is in them.
      const { body } = new Response(await request.arrayBuffer());
      return sessions.answer(Object.defineProperty(request, 'body', { value: body }));
    },
  });
  return { house, mirror: mirror!, cut: () => sessions.close() };
}

describe('channel', () => {
  for (const { name, run } of channelContract) it(`HTTP: ${name}`, async () => run(await httpPair()));

  it('an address where nothing listens is not opened', async () => {
    equal((await rejectedBy(() => openWebSocket('ws://127.0.0.1:9/'), ChannelError)).code, 'Lost');
  });
});
