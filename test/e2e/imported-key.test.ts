// A K-256 key of another server is brought in on Identity, gives this house the right to change the DID, and stands nowhere.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { formatDidKey, parseDid } from '../../src/protocol/index.ts';
import { operationOf, PlcDirectory, signOperation } from '../../src/identity/index.ts';
import { seededK256Signer } from '../../src/testing/index.ts';
import { press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { says } from './support/owner.ts';
import { closePages, find, LOOKS, openPage, visit } from './support/page.ts';
import { found } from './support/secrets.ts';
import { stolenKey } from './support/stolen-key.ts';
import { Witness } from './support/witness.ts';

const CARD = 'holdfast-imported-key >>> ';
const SEED = Buffer.from(Array.from({ length: 32 }, (_, index) => 3 * index + 5));
const app = drivenStreet();
afterEach(() => closePages(app.browser));

describe('a key from another server', () => {
  it('is refused where it is none or of no use, else kept sealed, used once, and forgotten', async () => {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
    const witness = await Witness.of(page);
    await visit(page, app.url);
    const made = await makeAccount(page, 'imported.holdfast.test');
    await proveAndPair(page, made, app.mirror);
    const { did } = made;
    await visit(page, `${app.url}/identity`);
    await says(page, 'holdfast-identity >>> #verdict', /^Every entry was verified\./);

    const k256 = formatDidKey((await seededK256Signer(SEED)).publicKey);
    const directory = new PlcDirectory(fetch, app.directory);
    const { data, head } = (await directory.log(parseDid(did)))!;
    const own = await stolenKey(page, did, data!.rotationKeys[1]!);
    await directory.submit(parseDid(did), await signOperation(own, operationOf({ ...data!, rotationKeys: [k256] }, head)));
    await press(page, 'holdfast-identity >>> #again');
    await press(page, 'holdfast-identity-alarm >>> #mine');
    await press(page, 'holdfast-identity-alarm >>> #confirm-mine >>> button[type=submit]');

    const assertNowhere = async (when: string, ...places: readonly string[]): Promise<void> => {
      const seen = await witness.look();
      assert.deepEqual(places.filter((place) => !seen.has(place)), [], when);
      assert.deepEqual([...seen].filter(([, bytes]) => found(bytes, [{ name: 'the key', bytes: SEED }]).length > 0).map(([where]) => where), [], when);
    };
    const bring = async (text: string): Promise<void> => {
      await (await find(page, `${CARD}#key`)).type(text);
      await press(page, `${CARD}#bring`);
    };
    await bring('not a key');
    await says(page, `${CARD}#wrong`, /^This is no private K-256 key\. Nothing was changed\.$/);
    await bring('11'.repeat(32));
    await says(page, `${CARD}#wrong`, /^Nothing was changed\. This is a key, but none of those that may change did:plc:/);
    await bring(SEED.toString('hex'));
    await says(page, `${CARD}.note.good`, /may change did:plc:.*: it has rank 1 /);
    await assertNowhere('while it is here', 'table vault');
    await press(page, `${CARD}#use`);
    await press(page, `${CARD}hf-confirm >>> button[type=submit]`);
    await says(page, `${CARD}.note.good`, /it has rank 2 /);
    await assertNowhere('after it has signed', 'table vault', 'requests of the jobs worker', 'messages of the page');
    const { rotationKeys } = await (await fetch(`${app.directory}/${did}/data`)).json() as { rotationKeys: string[] };
    assert.deepEqual([rotationKeys.length, rotationKeys[1]], [2, k256]);
    await press(page, `${CARD}#forget`);
    await find(page, `${CARD}#key`);
    await assertNowhere('after it was forgotten');
  });
});
