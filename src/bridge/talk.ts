import { HouseConversation, keepTalking } from '../mirroring/index.ts';
import { HouseDoor } from './house-door.ts';
import { HouseLines } from './house-line.ts';
import { linesTo } from './lines.ts';
import { Neighbour } from './neighbour.ts';
import { xrpcDesk } from './xrpc-desk.ts';
import type { HouseCalls } from './house-calls.ts';
import type { BridgeLink } from './link.ts';
import type { BeginTalk } from './talks.ts';

/** Talks over one line to the mirror, and over another when that is lost, for as long as the house wants to. */
export function talksOver(calls: HouseCalls): BeginTalk {
  return (correspondent, { onLink, onDoubt, onEnd }) => {
    const end = new AbortController();
    let link: BridgeLink | undefined;
    let newBeginnings = 0;
    const become = (next: BridgeLink): void => {
      const isSame = next.state === 'linked' ? link?.state === 'linked' && link.by === next.by : link?.state === 'away';
      if (isSame) return;
      link = next;
      onLink(next);
    };
    const desk = xrpcDesk(calls, correspondent.did, onDoubt);
    const houseLines = new HouseLines();
    const door = new HouseDoor(calls, correspondent, houseLines, end.signal);
    const neighbour = new Neighbour(calls, correspondent, houseLines, end.signal);
    const conversation = new HouseConversation({
      ...desk,
      ring: (call, answer) => door.ring(call, answer),
      async greet(welcome, ...times) {
        await neighbour.bring(welcome.head);
        return desk.greet(welcome, ...times);
      },
    }, {
      onState: ({ stage, fault }) => {
        if (stage === 'waiting') {
          // They are to begin anew: the mirror has said so over the line, which carries.
          if (fault === undefined) newBeginnings++;
          else become({ state: 'away', since: new Date().toISOString() });
        } else if (stage !== 'connecting' && stage !== 'stopped') {
          become({ state: 'linked', by: lines.by });
        }
      },
    });
    const lines = linesTo(calls, correspondent, () => conversation.progress + newBeginnings);
    void (async () => {
      if (await keepTalking(conversation, (signal) => lines.connect(signal), { signal: end.signal }) === 'stopped') onEnd();
    })();
    return {
      wake(commit) {
        desk.learn(commit);
        conversation.wake();
      },
      tellIdentity: () => conversation.tellIdentity(),
      again() {
        lines.cut();
        neighbour.cut();
        conversation.wake();
      },
      stop: () => end.abort(),
    };
  };
}
