import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSettings } from './settings.ts';

const DID = `did:plc:${'a'.repeat(24)}`;

describe('what is to be checked', () => {
  it('is a server and an account, with what holds where nothing else is said', () => {
    assert.deepEqual(readSettings(['https://Host.example/', '@Alice.Example']), {
      origin: 'https://host.example', account: 'alice.example', waitMs: 10_000, quietMs: 2_000, directory: 'https://plc.directory', isJson: false,
    });
  });

  it('takes options, and a password from the environment too', () => {
    const args = ['http://localhost:2583', DID, '--wait', '1.5', '--quiet', '0.5', '--directory', 'http://localhost:2582/', '--json'];
    assert.deepEqual(readSettings(args, { HOLDFAST_CHECK_PASSWORD: 'from outside' }), {
      origin: 'http://localhost:2583', account: DID, waitMs: 1_500, quietMs: 500, directory: 'http://localhost:2582', isJson: true, password: 'from outside',
    });
    assert.equal(readSettings([...args, '--password', 'named'], { HOLDFAST_CHECK_PASSWORD: 'from outside' }).password, 'named');
  });

  const wrong: Readonly<Record<string, readonly string[]>> = {
    nothing: [], 'a server alone': ['https://host.example'], 'three things': ['https://host.example', DID, DID], 'a path': ['https://host.example/xrpc', DID],
    'http to the world, which a password would cross in the open': ['http://host.example', DID], 'a name with a password': ['https://me:secret@host.example', DID],
    'no account': ['https://host.example', 'somebody'], 'no seconds': ['https://host.example', DID, '--wait', 'long'], 'empty seconds': ['https://host.example', DID, '--wait', ''],
    'too many seconds': ['https://host.example', DID, '--wait', '601'], 'no directory': ['https://host.example', DID, '--directory', 'here'], 'what there is not': ['https://host.example', DID, '--fast'],
  };
  for (const [name, args] of Object.entries(wrong)) {
    it(`is not ${name}`, () => assert.throws(() => readSettings(args), { code: 'Usage' }));
  }
});
