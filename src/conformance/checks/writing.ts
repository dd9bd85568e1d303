import { mainSchema as applyWrites } from '@atcute/atproto/types/repo/applyWrites';
import { mainSchema as createRecord } from '@atcute/atproto/types/repo/createRecord';
import { mainSchema as deleteRecord } from '@atcute/atproto/types/repo/deleteRecord';
import { mainSchema as getRecord } from '@atcute/atproto/types/repo/getRecord';
import { mainSchema as putRecord } from '@atcute/atproto/types/repo/putRecord';
import { mainSchema as uploadBlob } from '@atcute/atproto/types/repo/uploadBlob';
import { mainSchema as getSession } from '@atcute/atproto/types/server/getSession';
import { mainSchema as latestCommit } from '@atcute/atproto/types/sync/getLatestCommit';
import { cidOf, encodeCbor, fromJson } from '../../protocol/index.ts';
import { count, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import { bearer, mustRefuse, outputOf } from '../host.ts';
import { mustNotTake } from '../must-not-take.ts';
import { cleanUp, freshKey, make, OWN_COLLECTION, ownRecord, session, signIn } from '../own-records.ts';
import type { Session } from '../own-records.ts';
import { unknownDid } from '../unknown.ts';

const DOCS = 'https://docs.bsky.app/docs/api/com-atproto-repo';
const OTHER = cidOf(encodeCbor({ $type: 'com.example.other' })).toString();
const SWAP = ['InvalidSwap'];

const NO_BLOB = { $type: 'blob', ref: { $link: cidOf(new TextEncoder().encode('Nobody has this.'), 'raw').toString() }, mimeType: 'text/plain', size: 16 };

/** What createRecord must not take: name, title, input, errors. */
const REFUSED: readonly (readonly [name: string, title: string, input: object, names: readonly string[]])[] = [
  ['key', 'A key with letters that keys do not have is refused', { rkey: 'a/b@c', record: ownRecord('no') }, ['InvalidRequest']],
  ['dots', 'The keys . and .. are refused', { rkey: '..', record: ownRecord('no') }, ['InvalidRequest']],
  ['collection', 'A collection that is no NSID is refused', { collection: 'nothing', record: ownRecord('no') }, ['InvalidRequest']],
  ['type', 'A record of another type than its collection is refused', { record: { $type: 'com.example.other' } }, ['InvalidRequest']],
  ['float', 'A number that is no integer is refused', { record: ownRecord('no', { number: 1.5 }), validate: false }, ['InvalidRequest']],
  ['lexicon', 'A record that its lexicon does not allow is refused', { collection: 'app.bsky.feed.post', record: { $type: 'app.bsky.feed.post', text: 7 } }, ['InvalidRequest']],
  ['unknown', 'A record to validate of a type that is not known is refused', { record: ownRecord('no'), validate: true }, ['InvalidRequest']],
  ['blob', 'A blob that nobody has uploaded is refused', { record: ownRecord('no', { blob: NO_BLOB }), validate: false }, ['BlobNotFound', 'InvalidRequest']],
  ['repo', 'The repository of somebody else is not written to', { repo: unknownDid(), record: ownRecord('no') }, []],
];

/** Writing, by a password; only into a collection of the checks' own, which is empty again at the end. */
export const WRITING_CHECKS: readonly Check[] = [
  {
    id: 'writing.session', title: 'The password opens a session', why: 'https://docs.bsky.app/docs/api/com-atproto-server-create-session',
    run: async (context) => {
      const { host, did, token } = await signIn(context);
      const answer = await host.query(getSession, {}, { headers: bearer(token) });
      must(answer.did === did, 'OtherDid', `getSession is about ${shown(answer.did)}`);
      return shown(answer.handle);
    },
  },
  {
    id: 'writing.wrong-password', title: 'Another password opens none', why: 'https://docs.bsky.app/docs/api/com-atproto-server-create-session',
    run: async (context) => {
      const { host, did } = await session(context);
      const answer = await host.post('com.atproto.server.createSession', { identifier: did, password: `not ${crypto.randomUUID()}` });
      return mustRefuse(answer, 'createSession with another password', ['AuthenticationRequired'], (status) => status === 401);
    },
  },
  {
    id: 'writing.create', title: 'A record is made, with the CID of its bytes, and can be read', why: `${DOCS}-create-record`,
    run: async (context) => {
      const own = await session(context);
      const [rkey, record] = [freshKey(), ownRecord('made', { number: 1, list: [true, null] })];
      const made = await make(own, rkey, record);
      must(made.cid === cidText(record), 'OtherCid', `The record that was made has the CID ${shown(made.cid)}, and its bytes have another`);
      must(made.uri === `at://${own.did}/${OWN_COLLECTION}/${rkey}`, 'Uri', `The record that was made has the uri ${shown(made.uri)}`);
      await mustRead(own, rkey, record);
      return made.uri;
    },
  },
  {
    id: 'writing.create-twice', title: 'A key that is taken is not taken twice', why: `${DOCS}-create-record`,
    run: async (context) => {
      const own = await session(context);
      const [rkey, record] = [freshKey(), ownRecord('first')];
      await make(own, rkey, record);
      const answer = await own.host.post(createRecord.nsid, { repo: own.did, collection: OWN_COLLECTION, rkey, record: ownRecord('second'), validate: false }, own.token);
      await mustRead(own, rkey, record);
      return mustRefuse(answer, 'createRecord at a key that is taken');
    },
  },
  {
    id: 'writing.put', title: 'A record is replaced where it is what was expected, and nowhere else', why: `${DOCS}-put-record`,
    run: async (context) => {
      const own = await session(context);
      const [rkey, later] = [freshKey(), ownRecord('later')];
      const { cid } = await make(own, rkey, ownRecord('sooner'));
      const put = { repo: own.did, collection: OWN_COLLECTION, rkey, record: later, validate: false };
      const refused = mustRefuse(await own.host.post(putRecord.nsid, { ...put, swapRecord: OTHER }, own.token), 'putRecord in place of another record', SWAP);
      mustRefuse(await own.host.post(putRecord.nsid, { ...put, swapRecord: null }, own.token), 'putRecord where there is to be none', SWAP);
      const done = await own.host.procedure(putRecord, { ...put, swapRecord: cid }, own.token);
      must(done.cid === cidText(later), 'OtherCid', `The record that was put has the CID ${shown(done.cid)}, and its bytes have another`);
      await mustRead(own, rkey, later);
      return refused;
    },
  },
  {
    id: 'writing.swap-commit', title: 'Nothing is written over a commit that was not expected', why: `${DOCS}-create-record`,
    run: async (context) => {
      const own = await session(context);
      const rkey = freshKey();
      const answer = await own.host.post(createRecord.nsid, { repo: own.did, collection: OWN_COLLECTION, rkey, record: ownRecord('no'), validate: false, swapCommit: OTHER }, own.token);
      await mustBeAbsent(own, rkey);
      const refused = mustRefuse(answer, 'createRecord over another commit', SWAP);
      await mustSwapCommit(own);
      return refused;
    },
  },
  {
    id: 'writing.delete', title: 'A record is taken out where it is what was expected; twice is as good as once', why: `${DOCS}-delete-record`,
    run: async (context) => {
      const own = await session(context);
      const rkey = freshKey();
      await make(own, rkey, ownRecord('short'));
      const wish = { repo: own.did, collection: OWN_COLLECTION, rkey };
      const refused = mustRefuse(await own.host.post(deleteRecord.nsid, { ...wish, swapRecord: OTHER }, own.token), 'deleteRecord of another record', SWAP);
      await own.host.procedure(deleteRecord, wish, own.token);
      await mustBeAbsent(own, rkey);
      await own.host.procedure(deleteRecord, wish, own.token);
      return refused;
    },
  },
  {
    id: 'writing.batch', title: 'A batch is done whole', why: `${DOCS}-apply-writes`,
    run: async (context) => {
      const own = await session(context);
      const [changed, gone, fresh] = [freshKey(), freshKey(), freshKey()];
      await make(own, changed, ownRecord('old'));
      await make(own, gone, ownRecord('gone'));
      const { results = [] } = await own.host.procedure(applyWrites, {
        repo: own.did, validate: false,
        writes: [batchItem('create', fresh, ownRecord('fresh')), batchItem('update', changed, ownRecord('new')), batchItem('delete', gone)],
      }, own.token);
      must(results.length === 3, 'Results', `A batch of three has ${count(results.length, 'result')}`);
      await mustRead(own, fresh, ownRecord('fresh'));
      await mustRead(own, changed, ownRecord('new'));
      await mustBeAbsent(own, gone);
      return 'three writes';
    },
  },
  {
    id: 'writing.batch-refused', title: 'A batch with something wrong in it is not done at all', why: `${DOCS}-apply-writes`,
    run: async (context) => {
      const own = await session(context);
      const [taken, fresh] = [freshKey(), freshKey()];
      await make(own, taken, ownRecord('there'));
      const answer = await own.host.post(applyWrites.nsid, {
        repo: own.did, validate: false, writes: [batchItem('create', fresh, ownRecord('no')), batchItem('create', taken, ownRecord('no'))],
      }, own.token);
      await mustBeAbsent(own, fresh);
      return mustRefuse(answer, 'applyWrites at a key that is taken');
    },
  },
  {
    id: 'writing.batch-limit', title: 'More than 200 writes are refused, and none is done', why: `${DOCS}-apply-writes`,
    run: async (context) => {
      const own = await session(context);
      const first = freshKey();
      const writes = [batchItem('create', first, ownRecord('no')), ...Array.from({ length: 200 }, () => batchItem('create', freshKey(), ownRecord('no')))];
      const refused = mustRefuse(await own.host.post(applyWrites.nsid, { repo: own.did, validate: false, writes }, own.token), 'applyWrites of 201 records', ['InvalidRequest', 'PayloadTooLarge']);
      await mustBeAbsent(own, first);
      return refused;
    },
  },
  {
    id: 'writing.blob', title: 'A blob is taken, named by its hash, and served once a record names it', why: `${DOCS}-upload-blob`,
    run: async (context) => {
      const own = await session(context);
      const bytes = new TextEncoder().encode(`Holdfast check ${crypto.randomUUID()}`);
      const answer = await own.host.call(`/xrpc/${uploadBlob.nsid}`, { method: 'POST', body: bytes, headers: { 'content-type': 'text/plain', ...bearer(own.token) } });
      const { blob } = outputOf(uploadBlob, answer);
      const { ref: { $link: cid }, size } = blob as { readonly ref: { readonly $link: string }; readonly size: number };
      must(cid === cidOf(bytes, 'raw').toString() && size === bytes.length, 'OtherCid', `The blob of ${bytes.length} bytes has the CID ${shown(cid)} and ${size} bytes`);
      await make(own, freshKey(), ownRecord('with a blob', { blob }));
      const served = await own.host.get('com.atproto.sync.getBlob', { did: own.did, cid });
      must(served.status === 200 && Buffer.compare(served.bytes, bytes) === 0, 'OtherValue', `The blob that was uploaded is answered with ${served.status}, or with other bytes`);
      return cid;
    },
  },
  ...REFUSED.map(([name, title, input, names]): Check => ({
    id: `writing.refused-${name}`, title, why: 'https://atproto.com/specs/record-key',
    run: async (context) => {
      const own = await session(context);
      return mustNotTake(own, { repo: own.did, collection: OWN_COLLECTION, rkey: freshKey(), ...input }, names);
    },
  })),
  {
    id: 'writing.clean', title: 'What was written is gone again', why: `${DOCS}-apply-writes`, isAfterLate: true,
    run: async (context) => {
      const removed = await cleanUp(await session(context));
      if (removed === 0) throw new NotSeen('nothing was written');
      return count(removed, 'record');
    },
  },
];

/** Writes over the commit that is there: anew, where somebody else has written before. @throws Finding; NotSeen */
async function mustSwapCommit(own: Session): Promise<void> {
  const { host, did, token } = own;
  for (let attempt = 0; attempt < 3; attempt++) {
    const { commit } = await make(own, freshKey(), ownRecord('before'));
    if (commit === undefined) return;
    const record = ownRecord('after');
    const answer = await host.post(createRecord.nsid, { repo: did, collection: OWN_COLLECTION, rkey: freshKey(), record, validate: false, swapCommit: commit.cid }, token);
    const isOvertaken = answer.status !== 200 && (await given('repository.latest', host.query(latestCommit, { did }))).rev > commit.rev;
    if (!isOvertaken) return void outputOf(createRecord, answer);
  }
  throw new NotSeen('the account is being written to all the time');
}

function batchItem(action: 'create' | 'update' | 'delete', rkey: string, value?: object): object {
  return { $type: `com.atproto.repo.applyWrites#${action}`, collection: OWN_COLLECTION, rkey, ...(value !== undefined && { value }) };
}

function cidText(record: object): string {
  return cidOf(encodeCbor(fromJson(record))).toString();
}

async function mustRead({ host, did }: Session, rkey: string, record: object): Promise<void> {
  const { cid } = await host.query(getRecord, { repo: did, collection: OWN_COLLECTION, rkey });
  must(cid === cidText(record), 'OtherValue', `The record at ${rkey} is not what was written there`);
}

async function mustBeAbsent({ host, did }: Session, rkey: string): Promise<void> {
  const { status } = await host.get(getRecord.nsid, { repo: did, collection: OWN_COLLECTION, rkey });
  must(status >= 400 && status < 500, 'NotAbsent', `There is a record at ${rkey}, and there was to be none`);
}
