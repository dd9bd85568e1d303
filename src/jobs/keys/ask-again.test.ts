import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatePassphrase } from '../../keys/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from '../identity/ask.ts';
import type { IdentityAsk, KeysAsk } from '../messages.ts';
import { newKit } from '../new-kit.ts';
import { LIFT_MS } from './ask-again.ts';
import { answerKeysAsk } from './ask.ts';
import type { PasskeyReport } from './report.ts';

/** A paired account, and a clock that can be put forward. */
async function owner() {
  const town = await Town.make({ handle: 'asked.example.com' });
  await town.paired();
  const vault = new MemoryKeyVault();
  const clock = { ahead: 0 };
  const now = (): number => Date.now() + clock.ahead;
  const { house: { store }, network: { fetch }, settings, did, kit, passphrase } = town;
  const keys = (ask: object): Promise<PasskeyReport> => answerKeysAsk(
    { did, ...ask } as unknown as KeysAsk, { store, vault, fetch, now, signal: new AbortController().signal },
  ) as Promise<PasskeyReport>;
  const opening = { kit, passphrase };
  const post = async (method: string, input: object): Promise<unknown> => (await town.house.post(method, { did, ...input }, { id: crypto.randomUUID() })).body['error'];
  const rename = (): Promise<unknown> => answerAsk(
    { did, what: 'change-handle', handle: 'other.example.com', resolver: 'https://resolver.test/dns-query' } as IdentityAsk,
    { store, vault, fetch, settings, now, signal: new AbortController().signal, tell: () => undefined },
  );
  const renew = (): Promise<unknown> => newKit({ did, passphrase: generatePassphrase() }, { store, vault, fetch, settings, now });
  town.network.add('https://resolver.test', async () => Response.json({ Status: 0, Answer: [{ type: 16, data: `"did=${did}"` }] }));
  return { town, clock, keys, opening, post, rename, renew };
}

const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

test('once wished for, nothing that cannot be taken back is done without kit or passkey: in the server and in the worker of long jobs', async () => {
  const { town, keys, opening, post, rename, renew } = await owner();
  assert.equal(await refused(keys({ what: 'ask-again', isOn: true, ...opening, passphrase: generatePassphrase() })), 'KitPassphrase');
  assert.equal((await keys({ what: 'passkey' })).asksAgain, false);
  assert.equal((await keys({ what: 'ask-again', isOn: true, ...opening })).asksAgain, true);

  const { url } = town.mirror;
  assert.equal(await post('app.holdfast.bridge.leave', {}), 'ConfirmationNeeded');
  assert.equal(await post('app.holdfast.bridge.pair', { url }), 'ConfirmationNeeded');
  assert.equal(await post('app.holdfast.account.remove', { confirm: town.did }), 'ConfirmationNeeded');
  assert.equal(await post('app.holdfast.bridge.setAlerts', { deed: { $type: 'app.holdfast.mirror.setAlerts#remove', id: 'one' } }), 'ConfirmationNeeded');
  for (const work of [rename, renew, () => keys({ what: 'remove-passkey' })]) assert.equal(await refused(work()), 'ConfirmationNeeded');
  // Writing and mirroring ask nothing.
  await town.write('as ever');
  assert.equal(await town.operations(), 2);
  assert.equal(await refused(keys({ what: 'ask-again', isOn: false, ...opening, passphrase: generatePassphrase() })), 'KitPassphrase');
  assert.equal((await keys({ what: 'passkey' })).asksAgain, true);

  await keys({ what: 'confirm', ...opening });
  assert.equal(await refused(rename()), 'done');
  assert.equal(await post('app.holdfast.bridge.leave', {}), undefined);
  assert.equal((await keys({ what: 'ask-again', isOn: false, ...opening })).asksAgain, false);
  assert.equal(await post('app.holdfast.account.remove', { confirm: town.did }), undefined);
});

test('a confirmation holds for two minutes', async () => {
  const { clock, keys, opening, rename } = await owner();
  await keys({ what: 'ask-again', isOn: true, ...opening });
  await keys({ what: 'confirm', ...opening });
  clock.ahead = 2 * 60_000 + 1;
  assert.equal(await refused(rename()), 'ConfirmationNeeded');
});

test('who has neither kit nor passkey gets out after 72 hours, unless the owner objects', async () => {
  const { clock, keys, opening, renew } = await owner();
  await keys({ what: 'ask-again', isOn: true, ...opening });
  assert.equal(await refused(keys({ what: 'lifted' })), 'NotYet');
  assert.ok((await keys({ what: 'lift' })).liftsAt !== undefined);
  assert.equal(await refused(keys({ what: 'lifted' })), 'NotYet');
  assert.equal((await keys({ what: 'unlift' })).liftsAt, undefined);
  await keys({ what: 'lift' });
  clock.ahead = LIFT_MS - 1_000;
  assert.equal(await refused(keys({ what: 'lifted' })), 'NotYet');
  // Asked once more, it takes no longer.
  await keys({ what: 'lift' });
  clock.ahead = LIFT_MS + 1_000;
  assert.deepEqual(await keys({ what: 'lifted' }), { asksAgain: false });
  assert.equal(await refused(renew()), 'done');
});
