import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MirrorHouse, note, startTestMirror } from '../support/running-mirror.ts';
import { Talk } from '../support/talk.ts';
import type { Answered, Asked, Wrong } from './support/faulty-proxy.ts';
import { failed, resultsFor, told } from './support/faulty-run.ts';
import { startGoodServer } from './support/good-server.ts';
import type { GoodServer } from './support/good-server.ts';

type Json = Record<string, unknown>;

/** Answers of a method are others, which are right as well. */
function differing(method: string, change: (answered: Answered, asked: Asked) => void): Wrong {
  return {
    answer: (asked, answered) => {
      if (asked.name.endsWith(method) && asked.method === 'GET') change(answered, asked);
    },
  };
}

const header = (method: string, name: string, value: string): Wrong => differing(method, ({ headers, status }) => {
  if (status === 200) headers[name] = value;
});

const json = (method: string, change: (body: Json) => Json): Wrong => differing(method, (answered) => {
  if (answered.status === 200) answered.body = Buffer.from(JSON.stringify(change(JSON.parse(answered.body.toString()) as Json)));
});

const refusing = (status: number, error: string): Wrong => differing('noSuchMethod', (answered) => {
  answered.status = status;
  answered.body = Buffer.from(JSON.stringify({ error, message: 'No' }));
});

/** What the specifications leave open: the check that goes by it, and what is done. */
const OPEN: readonly (readonly [name: string, check: string, right: Wrong])[] = [
  ['getRepoStatus does not say the rev', 'repository.status', json('getRepoStatus', (body) => ({ ...body, rev: undefined }))],
  ['people sign in at another address than apps', 'oauth.server', json('/oauth-authorization-server', (body) => ({ ...body, authorization_endpoint: 'https://app.example/oauth/authorize' }))],
  ['a type of content is written large', 'repository.car', header('getRepo', 'content-type', 'Application/Vnd.Ipld.Car')],
  ['a type of content has a parameter behind a blank', 'repository.car', header('getRepo', 'content-type', 'application/vnd.ipld.car ; version=1')],
  ['a value of a header is written large', 'blobs.safety', header('getBlob', 'x-content-type-options', 'NoSniff')],
  ['a header is there twice', 'blobs.safety', header('getBlob', 'x-content-type-options', 'nosniff, nosniff')],
  ['an unknown method is one that is not found', 'server.unknown-method', refusing(404, 'XRPCNotSupported')],
  ['an unknown method is for those who signed in', 'server.unknown-method', refusing(401, 'AuthenticationRequired')],
  ['an unknown method has another name', 'server.unknown-method', refusing(501, 'NotImplemented')],
  ['a part does not say of how many bytes it is one', 'blobs.ranges', differing('getBlob', ({ headers, status }) => {
    if (status === 206) headers['content-range'] = headers['content-range']!.replace(/\/\d+$/, '/*');
  })],
  ['the oldest event goes while it is read', 'firehose.replay', { frame: (frame, { cursor, number, frames }) => (cursor === 0 && number > 0 && frames === 0 ? [] : [frame]) }],
  ['it pauses in the middle of what it has to tell', 'live.same', { pauseMs: ({ cursor, number, frames }) => (cursor === 0 && number === 0 && frames === 9 ? 3_000 : 0) }],
];

describe('a server is told nothing where', { concurrency: 24 }, () => {
  let good: GoodServer;
  before(async () => {
    good = await startGoodServer();
  });
  after(() => good.close());

  for (const [name, check, right] of OPEN) {
    it(name, async () => {
      const results = await resultsFor(good, right, right.pauseMs === undefined ? undefined : () => good.write(2));
      assert.equal(told(failed(results)), '');
      assert.equal(results.find(({ id }) => id === check)?.outcome, 'passed');
    });
  }

  it('the last record that was written is the same as an older one', async (test) => {
    const mirror = await startTestMirror();
    test.after(() => mirror.close());
    const house = await MirrorHouse.paired(mirror, 1, [note('aa', 'same')]);
    const talk = await Talk.begin(house);
    test.after(() => talk.close());
    for (const [rkey, text] of [['bb', 'other'], ['cc', 'same']] as const) await talk.commit(await house.write([note(rkey, text)]));
    const results = await resultsFor({ mirror, did: house.did }, {});
    assert.equal(told(failed(results)), '');
    assert.equal(results.find(({ id }) => id === 'repository.since')?.outcome, 'passed');
  });
});
