import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import type { IdentityAsk } from '../messages.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { HandleCheck, IdentityReport } from './report.ts';

const HANDLE = 'ada.example.com';
const RESOLVER = 'https://resolver.test/dns-query';

/** What name servers and the server of the name say: a DID each, or nothing. */
interface Said {
  readonly dns?: string | undefined;
  readonly file?: string | undefined;
}

async function paired(said: Said | ((did: string) => Said) = (did) => ({ dns: did })): Promise<Town> {
  const town = await Town.make({ handle: 'first.example.com' });
  await town.paired();
  const { dns, file } = typeof said === 'function' ? said(town.did) : said;
  town.network.add('https://resolver.test', async () => Response.json(dns === undefined ? { Status: 3 } : { Status: 0, Answer: [{ type: 16, data: `"did=${dns}"` }] }));
  if (file !== undefined) town.network.add(`https://${HANDLE}`, async () => new Response(file));
  return town;
}

function ask<Result>(town: Town, what: 'check-handle' | 'change-handle', handle = HANDLE, told = { tell: () => undefined as void }): Promise<Result> {
  const { house: { store }, network: { fetch }, settings, did } = town;
  const wish: IdentityAsk = { did, what, handle, resolver: RESOLVER };
  return answerAsk(wish, { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal: new AbortController().signal, ...told }) as Promise<Result>;
}

const check = (town: Town, handle?: string): Promise<HandleCheck> => ask(town, 'check-handle', handle);
const refused = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);

test('a name of the owner’s domain: found by either way, shown as a difference, taken by one operation', async () => {
  for (const said of [(did: string) => ({ dns: did }), (did: string) => ({ file: did }), (did: string) => ({ dns: did, file: did })]) {
    const town = await paired(said);
    const { isProven, changes, bytes } = await check(town, 'Ada.Example.com');
    assert.deepEqual([isProven, changes], [true, [{ what: 'handle', before: 'first.mirror.test', after: HANDLE }]]);
    assert.ok(bytes > 400 && bytes < 4_000);
    assert.equal(await town.operations(), 2);

    let told = 0;
    const report = await ask<IdentityReport>(town, 'change-handle', HANDLE, { tell: () => void told++ });
    assert.deepEqual([report.state?.handle, report.alarm, told, await town.operations()], [HANDLE, undefined, 1, 3]);
    assert.equal((await town.account()).handle, HANDLE);
    // Once more changes nothing.
    await ask(town, 'change-handle');
    assert.equal(await town.operations(), 3);
  }
});

test('where the answer of the directory is lost it is asked whether it took the name; else nobody says that nothing was changed', async () => {
  for (const isDown of [false, true]) {
    const town = await paired();
    let isLost = false;
    town.network.fault = (call, place) => {
      const isPost = place === 'after' && call.startsWith('POST directory.test');
      isLost ||= isPost;
      return isPost || (isLost && isDown);
    };
    assert.equal(await refused(ask(town, 'change-handle')), isDown ? 'OutcomeUnknown' : 'done');
    town.network.fault = () => false;
    assert.deepEqual([isLost, await town.operations()], [true, 3]);
    // It is gone on with.
    if (isDown) await ask(town, 'change-handle');
    assert.deepEqual([(await town.account()).handle, await town.operations()], [HANDLE, 3]);
  }
});

test('a name that leads nowhere, elsewhere, or to two accounts is not taken', async () => {
  const other = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
  for (const said of [() => ({}), () => ({ dns: other }), () => ({ file: other }), (did: string) => ({ dns: did, file: other })]) {
    const town = await paired(said);
    assert.equal((await check(town)).isProven, false);
    assert.equal(await refused(ask(town, 'change-handle')), 'HandleUnproven');
    assert.equal(await town.operations(), 2);
  }
  assert.equal(await refused(check(await paired(), 'no name')), 'HandleInvalid');
});

test('no name is changed before the account is registered, after somebody else changed it, or beyond what the directory takes', async () => {
  const fresh = await Town.make({ handle: 'first.example.com' });
  fresh.network.add('https://resolver.test', async () => Response.json({ Status: 3 }));
  assert.equal(await refused(check(fresh)), 'NotRegistered');

  const town = await paired();
  const { signedOperations = [] } = await town.account();
  await town.house.store.update(town.did, { signedOperations: signedOperations.slice(0, 1) });
  assert.equal(await refused(check(town)), 'IdentityMoved');
  await town.house.store.update(town.did, { signedOperations });
  while (await town.operations() < 10) await ask(town, 'change-handle', await town.operations() % 2 === 0 ? HANDLE : `b.${HANDLE}`);
  assert.equal(await refused(ask(town, 'change-handle', HANDLE)), 'IdentityLimit');
  assert.equal(await town.operations(), 10);
});
