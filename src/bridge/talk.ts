import { HouseConversation, keepTalking } from '../mirroring/index.ts';
import { openWebSocket } from './websocket/index.ts';
import { xrpcDesk } from './xrpc-desk.ts';
import type { Channel } from '../mirroring/index.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLink } from './link.ts';
import type { BeginTalk } from './talks.ts';

/** Talks over a WebSocket, and over another when that is lost, for as long as the house wants to. */
export function talksOver(calls: HouseCalls): BeginTalk {
  return ({ did, url }, { onLink, onDoubt, onEnd }) => {
    const end = new AbortController();
    let link: BridgeLink | undefined;
    let channel: Channel | undefined;
    const become = (next: BridgeLink): void => {
      if (next.state === link?.state) return;
      link = next;
      onLink(next);
    };
    const desk = xrpcDesk(calls, did, onDoubt);
    const conversation = new HouseConversation(desk, {
      onState: ({ stage, fault }) => {
        if (stage === 'waiting') {
          if (fault !== undefined) become({ state: 'away', since: new Date().toISOString() });
        } else if (stage !== 'connecting' && stage !== 'stopped') {
          become({ state: 'linked' });
        }
      },
    });
    const connect = async (signal: AbortSignal): Promise<Channel> => {
      channel = await openWebSocket(converseAddress(url), { signal });
      return channel;
    };
    void (async () => {
      if (await keepTalking(conversation, connect, { signal: end.signal }) === 'stopped') onEnd();
    })();
    return {
      wake(commit) {
        desk.learn(commit);
        conversation.wake();
      },
      tellIdentity: () => conversation.tellIdentity(),
      again() {
        channel?.close();
        conversation.wake();
      },
      stop: () => end.abort(),
    };
  };
}

/** Where a mirror of this origin has conversations. */
function converseAddress(url: string): string {
  const address = new URL('/xrpc/app.holdfast.mirror.converse', url);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';
  return address.href;
}
