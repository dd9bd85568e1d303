import type { Did } from '../../protocol/index.ts';
import { count, Finding, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import type { Point } from '../event-audit.ts';
import { eventOf, frameOf, mustBeSame, told } from '../firehose-seen.ts';
import type { Told } from '../firehose-seen.ts';

const SYNC = 'https://atproto.com/specs/sync';
const STREAM = 'https://atproto.com/specs/event-stream';
const ANSWER_MS = 5_000;
const REPLAY_MS = 150_000;

/** What every event is held to: the point, what came, what is right, where that is written. */
const POINTS: readonly (readonly [point: Point, what: string, title: string, why: string])[] = [
  ['frames', 'frame', 'Frames are binary, of 5 MB at most', STREAM],
  ['header', 'frame', 'Headers name an event that there is', `${STREAM}#framing`],
  ['body', 'frame', 'Headers and bodies are canonical DAG-CBOR', `${STREAM}#framing`],
  ['lexicon', 'event', 'Events are what their lexicon says', 'https://docs.bsky.app/docs/api/com-atproto-sync-subscribe-repos'],
  ['seq', 'event', 'seq always grows', `${STREAM}#sequence-numbers`],
  ['time', 'event', 'No event was told in the future', SYNC],
  ['home', 'event', 'Events are about accounts of this server', SYNC],
  ['car', 'commit', 'Blocks hash to their CIDs, and none is missing', `${SYNC}#commit-validation`],
  ['commit', 'commit', 'Events say what their signed commits say', `${SYNC}#commit-validation`],
  ['rev', 'commit', 'Revs grow, and are not in the future', `${SYNC}#commit-validation`],
  ['signature', 'commit', 'Commits are signed by the key of the account', 'https://atproto.com/specs/cryptography'],
  ['operations', 'commit', 'Operations are whole, and each path is named once', `${SYNC}#commit-validation`],
  ['records', 'record', 'The records that were written are there, and name their type', 'https://atproto.com/specs/repository'],
  ['inversion', 'commit', 'Undoing the operations gives the tree before', `${SYNC}#commit-validation`],
  ['chain', 'commit', 'Each commit follows the one before: since and prevData', `${SYNC}#commit-validation`],
  ['stowaways', 'commit', 'Nothing is sent that is no part of it', `${SYNC}#commit-validation`],
  ['flags', 'commit', 'tooBig and rebase are false, prevData is there', SYNC],
  ['sync', '#sync event', 'A #sync is the signed commit and no more, and goes not back', SYNC],
  ['identity', '#identity event', 'An #identity names the name that the document has', SYNC],
  ['account', '#account event', 'An #account that is active is in no state that is not', 'https://atproto.com/specs/account'],
  ['states', 'commit', 'Inactive accounts do not commit', 'https://atproto.com/specs/account'],
  ['info', '#info event', 'An #info is about the cursor, and comes first', STREAM],
];

/** The firehose: as a stream, then event by event. */
export const FIREHOSE_CHECKS: readonly Check[] = [
  {
    id: 'firehose.open', title: 'It opens, and tells what it has from the beginning', why: STREAM, ms: REPLAY_MS,
    run: async ({ firehose }) => {
      const { told: frames, isWhole } = await firehose.replay();
      if (frames.length === 0) throw new NotSeen('it has nothing to tell');
      return `${count(frames.length, 'frame')}${isWhole ? '' : ', and more'}`;
    },
  },
  ...POINTS.map(([point, what, title, why]): Check => ({
    id: `firehose.${point}`, title, why, ms: REPLAY_MS,
    run: async ({ firehose }) => (await given('firehose.open', firehose.replay())).audit.report(point, what),
  })),
  {
    id: 'firehose.head', title: 'It ends where the repository is', why: SYNC, ms: REPLAY_MS,
    run: async (context) => {
      const { commit } = await context.snapshot();
      const { audit, isWhole } = await given('firehose.open', context.firehose.replay());
      if (!isWhole) throw new NotSeen('it was not read to its end');
      const trail = audit.trails.get(context.did);
      if (trail?.told === undefined || trail.isBroken || audit.isUnreadable) throw new NotSeen('nothing right was told of the account');
      const isThere = trail.told >= commit.rev || (await context.firehose.from(audit.seq)).frames.some((frame) => isAt(frame, context.did, commit.rev));
      must(isThere, 'Missing', `The last rev that was told is ${trail.told}, and the repository is at ${commit.rev}`);
      must(trail.isActive !== false, 'AccountInactive', 'The account was told to be inactive, and is served');
      return trail.told;
    },
  },
  {
    id: 'firehose.replay', title: 'Who asks again is told the same bytes', why: STREAM, ms: REPLAY_MS,
    run: async ({ firehose }) => {
      const { told: before, isWhole } = await given('firehose.open', firehose.replay());
      if (before.length === 0) throw new NotSeen('it has nothing to tell');
      const { frames } = await firehose.from(0, before.length);
      const again = eventsOf(frames.map(told));
      const due = stillTold(eventsOf(before), again);
      if (due.length === 0) throw new NotSeen('nothing of it was left');
      mustBeSame(due, again, 'The replay', isWhole);
      return count(due.length, 'frame');
    },
  },
  {
    id: 'firehose.resume', title: 'Who comes back with a cursor goes on without gap or repetition', why: `${STREAM}#sequence-numbers`, ms: REPLAY_MS,
    run: async ({ firehose }) => {
      const { told: before, isWhole } = await given('firehose.open', firehose.replay());
      const middle = before.findLast(({ seq }, index) => seq !== undefined && index < before.length / 2);
      if (middle?.seq === undefined || before.length < 3) throw new NotSeen('it has too little to tell');
      const rest = before.slice(before.indexOf(middle) + 1);
      const { frames } = await firehose.from(middle.seq, rest.length);
      const again = frames.map(told);
      // Some begin with the event of the cursor, as the specification can be read.
      mustBeSame(rest, again[0]?.hash === middle.hash ? again.slice(1) : again, `What comes after the cursor ${middle.seq}`, isWhole);
      await mustTellNothingOld(firehose, before);
      return count(rest.length, 'frame');
    },
  },
  {
    id: 'firehose.no-cursor', title: 'Who comes without a cursor is told what is new, and nothing old', why: `${STREAM}#sequence-numbers`,
    run: async ({ firehose }) => {
      const { told: before } = await given('firehose.open', firehose.replay());
      const hashes = new Set(before.map(({ hash }) => hash));
      const old = (await firehose.from(undefined)).frames.map(told).find(({ hash }) => hashes.has(hash));
      must(old === undefined, 'OldEvent', `Without a cursor the event with seq ${shown(old?.seq)} is told, which is old`);
      return 'nothing old';
    },
  },
  {
    id: 'firehose.future-cursor', title: 'A cursor from the future is refused as such', why: `${STREAM}#sequence-numbers`,
    run: async ({ firehose }) => {
      const { seq } = (await given('firehose.open', firehose.replay())).audit;
      const socket = await firehose.open(Math.max(seq, Date.now() * 1_000) + 3_600_000_000);
      await socket.untilQuiet(ANSWER_MS, ANSWER_MS);
      const [first] = socket.frames;
      const isClosed = socket.closed !== undefined;
      await socket.close();
      must(first !== undefined, 'NotRefused', 'A cursor from the future is taken');
      const frame = frameOf(first);
      must(frame?.kind === 'error' && frame.error === 'FutureCursor', 'ErrorName', `A cursor from the future is answered with ${frame?.kind === 'error' ? shown(frame.error) : 'something else'}`);
      must(isClosed, 'NotClosed', 'The stream goes on after an error');
      return 'FutureCursor';
    },
  },
  {
    id: 'firehose.outdated-cursor', title: 'Who comes back too late is told so', why: `${STREAM}#sequence-numbers`,
    run: async ({ firehose }) => {
      const { told: before } = await given('firehose.open', firehose.replay());
      const oldest = before.find(({ seq }) => seq === undefined || seq > 1);
      if (oldest === undefined) throw new NotSeen('it has nothing to tell');
      const socket = await firehose.open(1);
      await socket.until(1, ANSWER_MS);
      const [first] = socket.frames;
      await socket.close();
      must(first !== undefined, 'Missing', 'An old cursor is told nothing');
      const event = eventOf(first);
      if (event?.type === '#info') {
        must(event.body['name'] === 'OutdatedCursor', 'UnknownInfo', `An old cursor is answered with ${shown(event.body['name'])}`);
        return 'OutdatedCursor';
      }
      must(told(first).hash === oldest.hash, 'Missing', 'An old cursor is told neither that it is old nor what was first');
      throw new NotSeen('as far as it says, it still has everything');
    },
  },
  {
    id: 'firehose.bad-cursor', title: 'A cursor that is none is refused', why: STREAM,
    run: async ({ firehose }) => {
      await given('firehose.open', firehose.replay());
      let socket;
      try {
        socket = await firehose.open('yesterday');
      } catch (error) {
        if (error instanceof Finding && Number(error.details['status']) >= 400 && Number(error.details['status']) < 500) return String(error.details['status']);
        throw error;
      }
      await socket.until(1, ANSWER_MS);
      const [first] = socket.frames;
      await socket.close();
      must(first !== undefined && frameOf(first)?.kind === 'error', 'NotRefused', 'A cursor that is no number is taken');
      return 'an error on the stream';
    },
  },
  {
    id: 'firehose.ping', title: 'It answers pings', why: 'https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2',
    run: async ({ firehose }) => {
      // On a connection of its own: one that was held open may have had enough, or its end.
      const socket = await given('firehose.open', firehose.open());
      const isAnswered = await socket.ping(ANSWER_MS);
      await socket.close();
      must(isAnswered, 'NoPong', `A ping was not answered within ${ANSWER_MS / 1_000} seconds`);
      return 'pong';
    },
  },
  {
    id: 'firehose.close', title: 'It takes part in the end of a connection', why: 'https://www.rfc-editor.org/rfc/rfc6455#section-7',
    run: async (context) => closes(context),
  },
];

/** Without what comes before the first event, as an `#info` about the cursor. */
function eventsOf(frames: readonly Told[]): readonly Told[] {
  return frames.slice(Math.max(0, frames.findIndex(({ seq }) => seq !== undefined)));
}

/** Without what may have left the log meanwhile: the oldest, up to what is told first by now. */
function stillTold(before: readonly Told[], [first]: readonly Told[]): readonly Told[] {
  const begin = before.findIndex(({ seq }) => seq === first?.seq);
  const isBehind = begin < 0 && first?.seq !== undefined && before.every(({ seq = 0 }) => seq < first.seq!);
  return isBehind ? [] : before.slice(Math.max(0, begin));
}

/** Who has seen the last event is told what is new, and at most that event again. @throws Finding */
async function mustTellNothingOld(firehose: Context['firehose'], before: readonly Told[]): Promise<void> {
  const last = before.findLast(({ seq }) => seq !== undefined)!;
  const [first, ...again] = (await firehose.from(last.seq)).frames.map(told);
  const hashes = new Set(before.map(({ hash }) => hash));
  const old = [...first === undefined || first.hash === last.hash ? [] : [first], ...again].find(({ hash }) => hashes.has(hash));
  must(old === undefined, 'OldEvent', `What comes after the cursor ${shown(last.seq)}, which is the last, begins with seq ${shown(old?.seq)}`);
}

/** Whether it tells of this account at this rev. */
function isAt(frame: Uint8Array | string, did: Did, rev: string): boolean {
  const event = eventOf(frame);
  return event !== undefined && (event.body['repo'] ?? event.body['did']) === did && event.body['rev'] === rev;
}

async function closes({ firehose }: Context): Promise<string> {
  const socket = await given('firehose.open', firehose.open());
  const code = await socket.close(ANSWER_MS);
  must(code !== 1006, 'NoClose', 'A connection that was closed was not closed by the other end');
  return String(code);
}
