import { mainSchema as listRecords } from '@atcute/atproto/types/repo/listRecords';
import { count, Finding, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { eventOf, mustBeSame, told } from '../firehose-seen.ts';
import type { Told } from '../firehose-seen.ts';
import { OWN_COLLECTION, session } from '../own-records.ts';

const STREAM = 'https://atproto.com/specs/event-stream';
const MS = 700_000;
const NOTHING = 'nothing happened while it was waited';

/** What happened while the checks ran, by the connection that they held open. */
export const LIVE_CHECKS: readonly Check[] = [
  {
    id: 'live.same', title: 'What is told at once is what is told again later, each event once and in order', why: STREAM, ms: MS,
    run: async ({ firehose }) => {
      const replay = await given('firehose.open', firehose.replay());
      const early = await liveOf(firehose);
      const first = early.find(({ seq }) => seq !== undefined)?.seq ?? Infinity;
      // One that told nothing from its beginning may have been slow to begin.
      const isWhole = replay.isWhole && replay.told.length > 0;
      if (first === Infinity && (firehose.waitMs === 0 || !isWhole)) throw new NotSeen(NOTHING);
      // The connection is older than the replay, so whatever came after that is told on it.
      const start = isWhole ? Math.min(replay.audit.seq, first - 1) : first - 1;
      const { frames, isWhole: isEnd } = await firehose.from(start);
      const again = frames.map(told).filter(({ seq }) => seq === undefined || seq > start);
      const live = await liveOf(firehose);
      mustBeSame(live, again.slice(0, live.length), 'What is told later', isEnd);
      const missing = live.length < again.length && !(await firehose.live()).isFull ? again[live.length] : undefined;
      must(missing === undefined, 'Missing', `The event with seq ${shown(missing?.seq)} was not told when it happened`);
      if (live.length === 0) throw new NotSeen(NOTHING);
      return count(live.length, 'frame');
    },
  },
  {
    id: 'live.right', title: 'New events are right, and follow what was told before', why: 'https://atproto.com/specs/sync#commit-validation', ms: MS,
    run: async ({ firehose }) => {
      const { audit: before, isWhole } = await given('firehose.open', firehose.replay());
      if (before.firstFinding !== undefined) throw new NotSeen('what was told before was not right');
      const audit = isWhole ? before : firehose.newAudit();
      let taken = 0;
      for (const frame of await given('firehose.open', firehose.liveFrames())) {
        const { seq } = told(frame);
        if (seq !== undefined && seq <= audit.seq && taken === 0) continue;
        await audit.take(frame);
        taken++;
      }
      const wrong = audit.firstFinding;
      if (wrong !== undefined) throw new Finding(wrong.code, wrong.message);
      if (taken === 0) throw new NotSeen('nothing came that was not in the replay');
      return count(taken, 'event');
    },
  },
  {
    id: 'live.writes', title: 'What the checks wrote was told', why: 'https://atproto.com/specs/sync', ms: MS,
    run: async (context) => {
      const { host, did, made } = await session(context);
      if (made.length === 0) throw new NotSeen('nothing was written');
      const operations = (await given('firehose.open', context.firehose.liveFrames())).flatMap((frame) => ownOperations(context, frame));
      const left = new Map<string, string>();
      for (const { path, action } of operations) left.set(path, action);
      const isGone = [...left.values()].every((action) => action === 'delete');
      if ((left.size === 0 || !isGone) && (await context.firehose.live()).isFull) throw new NotSeen('more happens there than is read');
      must(left.size > 0, 'Missing', 'Nothing of what was written came on the firehose');
      if (!isGone) {
        const { records } = await given('writing.clean', host.query(listRecords, { repo: did, collection: OWN_COLLECTION, limit: 1 }));
        if (records.length > 0) throw new NotSeen('see writing.clean');
      }
      must(isGone, 'Missing', 'That what was written is gone again was not told');
      return count(operations.length, 'operation');
    },
  },
];

/** @throws NotSeen where there is no stream */
async function liveOf(firehose: Context['firehose']): Promise<readonly Told[]> {
  return (await given('firehose.open', firehose.liveFrames())).map(told);
}

function ownOperations({ did }: Context, frame: Uint8Array | string): readonly { readonly path: string; readonly action: string }[] {
  const event = eventOf(frame);
  if (event?.type !== '#commit' || event.body['repo'] !== did) return [];
  const ops = event.body['ops'] as readonly { readonly path: string; readonly action: string }[];
  return ops.filter(({ path }) => path.startsWith(`${OWN_COLLECTION}/`));
}
