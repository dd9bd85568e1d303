import { cidOf } from '../../../src/protocol/index.ts';
import { answers, does, instead, json, streams } from '../support/fault.ts';
import type { Fault } from '../support/fault.ts';
import type { Asked } from '../support/faulty-proxy.ts';
import { opsOf, read } from '../support/frame-faults.ts';
import { BLOBS } from './reference-server.ts';

const OTHER_CID = 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454';
/** Blobs that checks ask for which upload none. */
const OTHER_BLOBS = ['Nobody has this.', ...BLOBS].map((text) => cidOf(new TextEncoder().encode(text), 'raw').toString());
const OWN = 'app.holdfast.check/';
const has = (text: string) => ({ body }: Asked): boolean => body.includes(text);

const isCleaning = ({ body }: Asked): boolean => body.includes('applyWrites#delete') && !body.includes('"fresh"');

/** What createRecord must not take, by the check that asks it, and how the question is known. */
const TAKEN = {
  key: 'a/b@c', dots: '"rkey":".."', collection: '"collection":"nothing"', type: '"$type":"com.example.other"', float: '"number":1.5', lexicon: '"text":7',
  unknown: '"validate":true', blob: '"mimeType":"text/plain","size":16',
} as const;

/** What a server can do wrong when it is written to. */
export const WRITE_FAULTS: readonly Fault[] = [
  json('a session has no token', 'writing.session Lexicon', 'createSession', (body) => ({ ...body, accessJwt: undefined })),
  json('a session is of somebody else', 'writing.session OtherDid', 'getSession', (body) => ({ ...body, did: 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz' })),
  instead('any password will do', 'writing.wrong-password Status', 'createSession', 200, {}, { when: has('"password":"not ') }),
  instead('another password is refused by another name', 'writing.wrong-password ErrorName', 'createSession', 401, { error: 'InvalidRequest' }, { when: has('"password":"not ') }),
  json('a record that was made has another CID', 'writing.create OtherCid', 'createRecord', (body) => ({ ...body, cid: OTHER_CID }), { when: has('"made"') }),
  json('a record that was made has another uri', 'writing.create Uri', 'createRecord', (body) => ({ ...body, uri: `${String(body['uri'])}x` }), { when: has('"made"') }),
  does('a record is made with another value', 'writing.create OtherCid', 'createRecord', (input) => ({ ...input, record: { ...input['record'] as object, more: 1 } }), has('"made"')),
  does('a record is made somewhere else', 'writing.create Uri', 'createRecord', (input) => ({ ...input, rkey: `${String(input['rkey'])}x` }), has('"made"')),
  does('a record is put whatever is there', 'writing.put Status', 'putRecord', (input) => ({ ...input, swapRecord: undefined })),
  does('a record is put with another value', 'writing.put OtherCid', 'putRecord', (input) => ({ ...input, record: { ...input['record'] as object, more: 1 } })),
  instead('a swap is refused by another name', 'writing.put ErrorName', 'putRecord', 400, { error: 'InvalidRequest' }, { when: has('"swapRecord":"b') }),
  does('a record is made over any commit', 'writing.swap-commit NotAbsent', 'createRecord', (input) => ({ ...input, swapCommit: undefined }), has('"swapCommit"')),
  does('the commit that is there is taken for another', 'writing.swap-commit Status', 'createRecord', (input) => ({ ...input, swapCommit: OTHER_CID }), has('"after"')),
  does('a record is deleted whatever it is', 'writing.delete Status', 'deleteRecord', (input) => ({ ...input, swapRecord: undefined })),
  does('another record is deleted', 'writing.delete NotAbsent', 'deleteRecord', (input) => ({ ...input, rkey: `${String(input['rkey'])}x` }), ({ body }) => !body.includes('swapRecord')),
  instead('what is gone cannot be deleted', 'writing.delete Status', 'deleteRecord', 400, { error: 'RecordNotFound' }, { when: ({ body }) => !body.includes('swapRecord') }),
  json('a batch has no results', 'writing.batch Results', 'applyWrites', (body) => ({ ...body, results: [] }), { when: has('"fresh"') }),
  does('a batch is done in part', 'writing.batch Results', 'applyWrites', (input) => ({ ...input, writes: (input['writes'] as unknown[]).slice(0, 2) }), has('"fresh"')),
  does('a batch that is refused is done in part', 'writing.batch-refused NotAbsent', 'applyWrites', (input) => ({ ...input, writes: (input['writes'] as unknown[]).slice(0, 1) }), ({ body }) => body.includes('#create') && !body.includes('"fresh"') && body.length < 2_000),
  does('201 writes are taken', 'writing.batch-limit Status', 'applyWrites', (input) => ({ ...input, writes: (input['writes'] as unknown[]).slice(0, 10) }), ({ body }) => body.length > 10_000),
  answers('a blob has another CID', 'writing.blob OtherCid', 'uploadBlob', (answered) => {
    answered.body = Buffer.from(answered.body.toString().replace(/bafkrei[a-z2-7]+/, 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'));
  }),
  instead('a blob that was uploaded is not served', 'writing.blob OtherValue', 'getBlob', 400, { error: 'BlobNotFound' }, { when: ({ params }) => !['none', ...OTHER_BLOBS].includes(params.get('cid') ?? '') }),
  ...Object.entries(TAKEN).map(([name, text]) => instead(`createRecord takes what it must not: ${name}`, `writing.refused-${name} Status`, 'createRecord', 200, {}, { when: has(text) })),
  instead('createRecord takes what it must not: repo', 'writing.refused-repo Status', 'createRecord', 200, {}, { when: ({ body }) => body.toString().endsWith('"text":"no"}}') && !/a\/b@c|"\.\."|"nothing"/.test(body.toString()) }),
  streams('a key that is taken is taken twice', 'writing.create-twice OtherValue', {
    ask: (asked) => {
      if (asked.body.includes('"second"')) asked.name = 'com.atproto.repo.putRecord';
    },
  }),
  streams('what was written stays', 'writing.clean NotClean', {
    ask: (asked) => {
      if (isCleaning(asked)) asked.name = 'com.atproto.server.getSession';
    },
    answer: (asked, answered) => {
      if (!isCleaning(asked)) return;
      answered.status = 200;
      answered.headers['content-type'] = 'application/json';
      answered.body = Buffer.from('{}');
    },
  }),
  instead('a float is refused by another name', 'writing.refused-float ErrorName', 'createRecord', 400, { error: 'InternalError' }, { when: has(TAKEN.float) }),
  streams('what was written is not told', 'live.writes Missing', {
    frame: (frame, { cursor }) => (cursor === undefined && opsOf(read(frame).body).some(({ path }) => String(path).startsWith(OWN)) ? [] : [frame]),
  }, ['live.same']),
];
