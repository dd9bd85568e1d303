import assert from 'node:assert/strict';
import { it } from 'node:test';
import { operationOf, PlcDirectory, signOperation } from '../../../src/identity/index.ts';
import { parseDid } from '../../../src/protocol/index.ts';
import { choosePlainly, fileOf, press } from '../support/backups.ts';
import { drivenStreet } from '../support/driven.ts';
import { makeAccount, proveAndPair } from '../support/house.ts';
import { says } from '../support/owner.ts';
import { find, startFirefox, visit } from '../support/page.ts';
import { stolenKey } from '../support/stolen-key.ts';

const SCREEN = 'holdfast-identity >>> ';
const CARD = 'holdfast-identity-alarm >>> ';

const app = drivenStreet(undefined, startFirefox);

it('an identity is verified, changed by somebody else, and taken back with the kit, in Firefox', async () => {
  const page = await (await app.browser.createBrowserContext()).newPage();
  await visit(page, app.url);
  const { did, passphrase } = await makeAccount(page, 'fox.holdfast.test');
  const armored = await proveAndPair(page, { did, passphrase }, app.mirror);
  await visit(page, `${app.url}/identity`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*2 operations/);

  const directory = new PlcDirectory(fetch, app.directory);
  const { data, head } = (await directory.log(parseDid(did)))!;
  const signer = await stolenKey(page, did, data!.rotationKeys[1]!);
  await directory.submit(parseDid(did), await signOperation(signer, operationOf({ ...data!, alsoKnownAs: ['at://mallory.test'] }, head)));
  await press(page, `${SCREEN}#again`);
  await choosePlainly(page, `${CARD}#file`, fileOf('fox.age', armored));
  await (await find(page, `${CARD}#passphrase`)).type(passphrase);
  await press(page, `${CARD}#undo`);
  await press(page, `${CARD}#confirm-undo >>> button[type=submit]`);
  await says(page, `${SCREEN}#verdict`, /^Every entry was verified\.\s*4 operations/);
  assert.deepEqual((await directory.log(parseDid(did)))?.data, data);
});
