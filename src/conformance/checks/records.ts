import { mainSchema as describeRepo } from '@atcute/atproto/types/repo/describeRepo';
import { mainSchema as getRecord } from '@atcute/atproto/types/repo/getRecord';
import { cidOf, encodeCbor, fromJson } from '../../protocol/index.ts';
import { count, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { mustRefuse } from '../host.ts';
import { steady } from '../snapshot.ts';
import type { Snapshot } from '../snapshot.ts';
import { unknownDid } from '../unknown.ts';

const DOCS = 'https://docs.bsky.app/docs/api/com-atproto-repo';
const DATA_MODEL = 'https://atproto.com/specs/data-model';
const GET = 'com.atproto.repo.getRecord';
/** So many records are read one by one. */
const MOST_READ = 25;
/** Of another record, for a question that must not be answered. */
const OTHER = cidOf(encodeCbor({ $type: 'com.example.other' })).toString();

/** The account and its records, one by one. */
export const RECORD_CHECKS: readonly Check[] = [
  {
    id: 'records.describe', title: 'It describes the account as its document and repository do', why: `${DOCS}-describe-repo`,
    run: (context) => steady(context, async ({ collections, isWhole }) => {
      const { handle } = await context.account();
      const told = await context.host.query(describeRepo, { repo: context.did });
      must(told.did === context.did, 'OtherDid', `describeRepo is about ${shown(told.did)}`);
      must(handle === undefined || told.handle === handle || told.handle === 'handle.invalid', 'OtherHandle', `describeRepo names the handle ${shown(told.handle)}`);
      must((told.didDoc as { readonly id?: unknown }).id === context.did, 'DocumentDid', 'The didDoc of describeRepo is of another DID');
      const [here, there] = [[...collections.keys()].sort(), [...told.collections].sort()];
      must(!isWhole || here.join() === there.join(), 'Collections', `describeRepo lists the collections ${shown(there.join(' '))}, and the repository has ${shown(here.join(' '))}`);
      return count(there.length, 'collection');
    }),
  },
  {
    id: 'records.describe-by-name', title: 'It knows the account by its name too', why: `${DOCS}-describe-repo`,
    run: async (context) => {
      const { handle } = await context.account();
      if (handle === undefined) throw new NotSeen('the DID document has no name');
      await given('records.describe', context.host.query(describeRepo, { repo: context.did }));
      const { did } = await context.host.query(describeRepo, { repo: handle });
      must(did === context.did, 'OtherDid', `describeRepo of ${handle} is about ${shown(did)}`);
      return handle;
    },
  },
  {
    id: 'records.values', title: 'Records are those of the signed repository, to the byte', why: DATA_MODEL,
    run: (context) => steady(context, async (snapshot) => {
      const samples = [...samplesOf(snapshot)].slice(0, MOST_READ);
      for (const [path, bytes] of samples) {
        const { uri, cid, value } = await context.host.query(getRecord, { repo: context.did, ...partsOf(path) });
        must(uri === `at://${context.did}/${path}`, 'Uri', `The record at ${path} has the uri ${shown(uri)}`);
        must(cid === snapshot.records.get(path)?.toString(), 'OtherCid', `The record at ${path} has the CID ${shown(cid)}, and not that of the repository`);
        mustBeBlock(path, value, bytes);
      }
      return count(samples.length, 'record');
    }),
  },
  {
    id: 'records.by-cid', title: 'A record is given by its CID, and by no other', why: `${DOCS}-get-record`,
    run: (context) => steady(context, async (snapshot) => {
      const [path] = firstOf(snapshot);
      const parts = { repo: context.did, ...partsOf(path) };
      await given('records.values', context.host.query(getRecord, parts));
      const cid = snapshot.records.get(path)!.toString();
      const found = await context.host.query(getRecord, { ...parts, cid });
      must(found.cid === cid, 'OtherCid', `The record with the CID ${cid} comes with the CID ${shown(found.cid)}`);
      return mustRefuse(await context.host.get(GET, { ...parts, cid: OTHER }), 'getRecord with the CID of another record', ['RecordNotFound', 'InvalidRequest']);
    }),
  },
  {
    id: 'records.missing', title: 'A record that is not there is not found, by name', why: `${DOCS}-get-record`,
    run: async ({ host, did }) => (
      mustRefuse(await host.get(GET, { repo: did, collection: 'com.example.nothing', rkey: 'nothing' }), 'getRecord of nothing', ['RecordNotFound'])
    ),
  },
  {
    id: 'records.unknown-account', title: 'An account that is not here is refused', why: `${DOCS}-describe-repo`,
    run: async ({ host }) => {
      const repo = unknownDid();
      const refused = [
        mustRefuse(await host.get('com.atproto.repo.describeRepo', { repo }), 'describeRepo of nobody'),
        // Some ask another server for records of accounts that are not theirs.
        mustRefuse(await host.get(GET, { repo, collection: 'app.bsky.feed.post', rkey: 'none' }), 'getRecord of nobody', [], (status) => (status >= 400 && status < 500) || status === 502),
      ];
      return refused.join(', ');
    },
  },
];

/** @throws Finding where the JSON form of a record is not that of its block */
export function mustBeBlock(path: string, value: unknown, bytes: Uint8Array): void {
  let encoded: Uint8Array;
  try {
    encoded = encodeCbor(fromJson(value));
  } catch (cause) {
    must(false, 'JsonForm', `The record at ${path} is not in the JSON form of the data model: ${shown((cause as Error).message)}`);
  }
  must(Buffer.compare(encoded, bytes) === 0, 'OtherValue', `The record at ${path} is not what the signed repository has there`);
}

function partsOf(path: string): { readonly collection: string; readonly rkey: string } {
  const slash = path.indexOf('/');
  return { collection: path.slice(0, slash), rkey: path.slice(slash + 1) };
}

/** @throws NotSeen */
export function samplesOf({ samples }: Snapshot): ReadonlyMap<string, Uint8Array> {
  if (samples.size === 0) throw new NotSeen('the repository has no records');
  return samples;
}

/** @throws NotSeen */
function firstOf(snapshot: Snapshot): readonly [path: string, bytes: Uint8Array] {
  return [...samplesOf(snapshot)][0]!;
}

/** What a context has that lists of records are read with. */
export type Reader = Pick<Context, 'host' | 'did'>;
