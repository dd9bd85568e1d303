// What consumers find out by asking a host: A1, A5 and B6 of the notes.
import { readEvent } from './event-facts.ts';
import { readFirehose } from './firehose-reader.ts';

/** A rule that is about a host, and shown by asking it. Resolves with what is wrong. */
export interface AskedRule {
  readonly id: 'A1' | 'A5' | 'B6';
  readonly says: string;
  readonly ask: (host: string) => Promise<string | undefined>;
}

const LIMIT_MS = 5_000;
const QUIET_MS = 300;

/** The rules, each by the name that the notes give it. */
export const ASKED_RULES: readonly AskedRule[] = [
  {
    id: 'A1', says: 'a DNS name; describeServer with a DID within 5 seconds; a handshake within 5; not named as a relay of another kind',
    ask: async (host) => {
      const { hostname, protocol, port } = new URL(host);
      // On one machine, whose address is another name of it.
      if (!['localhost', '127.0.0.1'].includes(hostname) && (protocol !== 'https:' || port !== '' || !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname))) return 'no such address';
      const answer = await fetch(`${host}/xrpc/com.atproto.server.describeServer`, { signal: AbortSignal.timeout(LIMIT_MS) });
      const { did } = await answer.json() as { did?: unknown };
      if (!answer.ok || typeof did !== 'string' || !did.startsWith('did:')) return 'describeServer names no DID';
      if ((answer.headers.get('server') ?? '').includes('atproto-relay')) return 'it calls itself a relay';
      const start = performance.now();
      (await readFirehose(host)).close();
      return performance.now() - start > LIMIT_MS ? 'the handshake takes too long' : undefined;
    },
  },
  {
    id: 'A5', says: 'what a reader could not take at once is there when it comes back: two readers get the same bytes',
    ask: async (host) => {
      const [first, second] = [await allOf(host), await allOf(host)];
      if (first.length > second.length || first.some((frame, index) => Buffer.compare(frame, second[index]!) !== 0)) return 'two readers got other bytes';
      const middle = first[Math.floor(first.length / 2)];
      if (middle === undefined) return undefined;
      const seq = readEvent(middle).seq as number;
      const rest = await allOf(host, seq);
      const expected = second.filter((frame) => (readEvent(frame).seq as number) > seq);
      return rest.length < expected.length || expected.some((frame, index) => Buffer.compare(frame, rest[index]!) !== 0)
        ? 'a reader that came back got other bytes' : undefined;
    },
  },
  {
    id: 'B6', says: 'no cursor: what comes from now on; a cursor ahead: FutureCursor; the cursor 0: everything',
    ask: async (host) => {
      const all = await allOf(host);
      const live = await readFirehose(host);
      await quiet();
      live.close();
      if (live.frames.some((frame) => all.some((old) => Buffer.compare(old, frame as Uint8Array) === 0))) return 'without a cursor it told what was';
      const ahead = await readFirehose(host, Math.floor(Date.now() * 1000) + 3_600_000_000);
      await ahead.ended;
      const { header, body } = readEvent(ahead.frames[0]);
      return header['op'] === -1 && body['error'] === 'FutureCursor' && ahead.frames.length === 1 ? undefined : 'a cursor ahead was taken';
    },
  },
];

/** Every frame that a host has, until it is quiet for a moment. */
export async function allOf(host: string, cursor = 0): Promise<Uint8Array[]> {
  const reader = await readFirehose(host, cursor);
  for (let before = -1; reader.frames.length !== before;) {
    before = reader.frames.length;
    await quiet();
  }
  reader.close();
  return [...reader.frames] as Uint8Array[];
}

const quiet = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, QUIET_MS);
});
