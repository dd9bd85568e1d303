import { mainSchema as listBlobs } from '@atcute/atproto/types/sync/listBlobs';
import { cidOf, isBlockOf, parseCid } from '../../protocol/index.ts';
import type { Cid } from '../../protocol/index.ts';
import { count, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import { runsNothing } from '../content-policy.ts';
import type { Context } from '../context.ts';
import { mustRefuse, TooLarge } from '../host.ts';
import { steady } from '../snapshot.ts';
import { unknownDid } from '../unknown.ts';
import type { Answer } from '../../identity/index.ts';

const DOCS = 'https://docs.bsky.app/docs/api/com-atproto-sync';
const BLOB = 'com.atproto.sync.getBlob';
const BLOBS = 'https://atproto.com/specs/blob';
const MOST_READ = 5;
const MOST_PAGES = 60;
const TOO_LARGE = 'its blobs are too large to be read';
const NOBODYS = cidOf(new TextEncoder().encode('Nobody has this.'), 'raw').toString();

/** Blobs. */
export const BLOB_CHECKS: readonly Check[] = [
  {
    id: 'blobs.list', title: 'The list of blobs is that of the blobs that records name', why: `${DOCS}-list-blobs`,
    run: (context) => steady(context, async ({ blobs, isWhole }) => {
      const { cids } = await context.host.query(listBlobs, { did: context.did, limit: 1_000 });
      const stranger = cids.find((cid) => !blobs.has(parseCid(cid)));
      must(!isWhole || stranger === undefined, 'Stranger', `listBlobs has ${shown(stranger)}, which no record names`);
      must(new Set(cids).size === cids.length, 'Twice', 'listBlobs has a blob twice');
      // Blobs may be missing after a move; that is listed by another method, for the owner.
      if (cids.length === 0) throw new NotSeen('it has no blobs');
      return count(cids.length, 'blob');
    }),
  },
  {
    id: 'blobs.list-pages', title: 'Pages of blobs follow each other without gap or repetition', why: `${DOCS}-list-blobs`,
    run: (context) => steady(context, async () => {
      const { host, did } = context;
      const { cids } = await given('blobs.list', host.query(listBlobs, { did, limit: 50 }));
      if (cids.length < 2) throw new NotSeen('it has less than two blobs');
      const limit = Math.ceil(cids.length / 2);
      const read: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES && read.length < cids.length; page++) {
        const answer = await given('blobs.list', host.query(listBlobs, { did, limit, cursor }));
        must(answer.cids.length <= limit, 'Limit', `A page of ${limit} blobs has ${answer.cids.length}`);
        read.push(...answer.cids);
        if (answer.cursor === undefined || answer.cids.length === 0) break;
        cursor = answer.cursor;
      }
      must(read.slice(0, cids.length).join() === cids.join(), 'Pages', `Pages of ${limit} blobs are not the same list as one page`);
      return count(read.length, 'blob');
    }),
  },
  {
    id: 'blobs.bytes', title: 'Blobs hash to their CIDs, and come with type and length', why: BLOBS,
    run: async (context) => {
      const cids = await cidsOf(context);
      let read = 0;
      for (const cid of cids) {
        const answer = await blobAt(context, cid);
        if (answer === undefined) continue;
        read++;
        must(answer.status === 200, 'Status', `getBlob answered ${answer.status} for a blob that is listed`);
        must(isBlockOf(cid, answer.bytes), 'BlockHash', `The blob ${cid.toString()} does not hash to its CID`);
        must((answer.headers.get('content-type') ?? '') !== '', 'ContentType', 'A blob comes without a type');
        const length = answer.headers.get('content-length');
        must(length === null || Number(length) === answer.bytes.length || answer.headers.has('content-encoding'), 'ContentLength', 'A blob has another length than its header says');
      }
      if (read === 0) throw new NotSeen(TOO_LARGE);
      return `${count(read, 'blob')}${read < cids.length ? `, and ${cids.length - read} that are too large` : ''}`;
    },
  },
  {
    id: 'blobs.safety', title: 'A browser runs nothing that is in a blob', why: `${BLOBS}#security-considerations`,
    run: async (context) => {
      const { answer: { headers } } = await oneOf(context);
      // Browsers go by the first where there are several.
      must(headers.get('x-content-type-options')?.split(',')[0]?.trim().toLowerCase() === 'nosniff', 'NoSniff', 'A blob comes without x-content-type-options: nosniff');
      const policy = headers.get('content-security-policy') ?? '';
      must(runsNothing(policy), 'ContentPolicy', `A blob comes with the content-security-policy ${shown(policy)}`);
      return shown(policy);
    },
  },
  {
    id: 'blobs.ranges', title: 'A part of a blob is that part', why: 'https://www.rfc-editor.org/rfc/rfc9110#name-range-requests',
    run: async (context) => {
      const { cid, answer: { bytes, headers } } = await oneOf(context);
      const end = bytes.length - 1;
      if (end < 1) throw new NotSeen('its blobs are too small');
      const ask = (range: string): Promise<Answer> => context.host.get(BLOB, { did: context.did, cid: cid.toString() }, { headers: { range: `bytes=${range}` } });
      const inner = await ask('1-1');
      if (isWhole(inner, bytes)) {
        must(headers.get('accept-ranges') !== 'bytes', 'Ranges', 'Parts are announced, and not given');
        throw new NotSeen('it gives blobs whole');
      }
      mustBePart(inner, bytes, 1, 1);
      mustBePart(await ask('-1'), bytes, end, end);
      mustBePart(await ask('1-'), bytes, 1, end);
      const behind = await ask(`${end + 1}-`);
      must(behind.status === 416 || isWhole(behind, bytes), 'Status', `A part behind the end of a blob was answered with ${behind.status}`);
      const size = behind.headers.get('content-range');
      must(behind.status === 200 || size === null || size === `bytes */${bytes.length}`, 'ContentRange', `What is behind the end of a blob is refused with the content-range ${shown(size)}`);
      return 'a byte within, the last, the rest, and none behind the end';
    },
  },
  {
    id: 'blobs.missing', title: 'A blob that is not there is not found, by name', why: `${DOCS}-get-blob`,
    run: async ({ host, did }) => mustRefuse(await host.get(BLOB, { did, cid: NOBODYS }), 'getBlob of a blob that is not there', ['BlobNotFound']),
  },
  {
    id: 'blobs.unknown-account', title: 'Blobs of an account that is not here are refused by name', why: `${DOCS}-list-blobs`,
    run: async ({ host }) => {
      mustRefuse(await host.get(BLOB, { did: unknownDid(), cid: NOBODYS }), 'getBlob of nobody', ['RepoNotFound', 'BlobNotFound']);
      return mustRefuse(await host.get('com.atproto.sync.listBlobs', { did: unknownDid() }), 'listBlobs of nobody', ['RepoNotFound']);
    },
  },
];

/** Some that are listed. @throws NotSeen */
async function cidsOf({ host, did }: Context): Promise<readonly Cid[]> {
  const { cids } = await given('blobs.list', host.query(listBlobs, { did, limit: MOST_READ }));
  if (cids.length === 0) throw new NotSeen('it has no blobs');
  return cids.map(parseCid);
}

/** The first that is no longer than what is read. @throws NotSeen */
async function oneOf(context: Context): Promise<{ readonly cid: Cid; readonly answer: Answer }> {
  for (const cid of await cidsOf(context)) {
    const answer = await blobAt(context, cid);
    if (answer !== undefined && answer.status !== 200) throw new NotSeen('see blobs.bytes');
    if (answer !== undefined) return { cid, answer };
  }
  throw new NotSeen(TOO_LARGE);
}

/** The answer for a blob, undefined where it is longer than what is read. */
function blobAt({ host, did }: Context, cid: Cid): Promise<Answer | undefined> {
  return host.get(BLOB, { did, cid: cid.toString() }).catch((error: unknown) => {
    if (error instanceof TooLarge) return undefined;
    throw error;
  });
}

/** Whether all of a blob was given, as it may be to whoever asks for a part. @throws Finding */
function isWhole(answer: Answer, whole: Uint8Array): boolean {
  if (answer.status !== 200) return false;
  must(Buffer.compare(answer.bytes, whole) === 0, 'OtherValue', 'A blob of which a part was asked for is another one');
  return true;
}

/** @param first, @param last of its bytes @throws Finding */
function mustBePart(answer: Answer, whole: Uint8Array, first: number, last: number): void {
  if (isWhole(answer, whole)) return;
  must(answer.status === 206, 'Status', `A part of a blob was answered with ${answer.status}`);
  must(Buffer.compare(answer.bytes, whole.subarray(first, last + 1)) === 0, 'OtherValue', 'A part of a blob is not that part');
  const range = answer.headers.get('content-range');
  must([`${whole.length}`, '*'].some((size) => range === `bytes ${first}-${last}/${size}`), 'ContentRange', `A part of a blob has the content-range ${shown(range)}`);
}
