import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDidDocument } from '../../identity/index.ts';
import { formatDidKey, parseDid } from '../../protocol/index.ts';
import { MemoryKeyVault } from '../../storage/memory/index.ts';
import { Town } from '../../../test/support/town.ts';
import { askFailure } from '../errors.ts';
import { answerAsk } from './ask.ts';
import type { WebCheck } from './report.ts';

const DOMAIN = 'ada.example.com';
const RESOLVER = 'https://resolver.test/dns-query';
const WEB = parseDid(`did:web:${DOMAIN}`);

function look(town: Town, domain = DOMAIN, isLive = true, did: string = town.did): Promise<WebCheck> {
  const { house: { store }, network: { fetch }, settings } = town;
  const context = { store, vault: new MemoryKeyVault(), fetch, settings, now: Date.now, signal: new AbortController().signal, tell: () => undefined };
  return answerAsk({ did, what: 'web-document', domain, isLive, resolver: RESOLVER }, context);
}

test('the document names the key, the mirror and the domain; published as it is, nothing is wrong with it', async () => {
  const town = await Town.make();
  const before = await look(town, DOMAIN, false);
  assert.deepEqual([before.hasServer, before.findings, before.did, before.address], [false, undefined, WEB, `https://${DOMAIN}/.well-known/did.json`]);
  await town.paired();
  town.network.take();
  const shown = await look(town, DOMAIN, false);
  assert.deepEqual(town.network.take(), [], 'nobody is asked');
  const { signingKey, pds, handle } = readDidDocument(JSON.parse(shown.document), WEB);
  assert.deepEqual([formatDidKey(signingKey!), pds, handle], [(await town.account()).signingKey, town.mirror.url, DOMAIN]);

  assert.deepEqual((await look(town)).findings, [{ fault: 'unreachable' }]);
  town.network.add(`https://${DOMAIN}`, async () => new Response(shown.document, { headers: { 'content-type': 'application/json' } }));
  assert.deepEqual((await look(town)).findings, []);
  town.network.add(`https://${DOMAIN}`, async () => new Response(before.document, { headers: { 'content-type': 'application/json' } }));
  assert.deepEqual((await look(town)).findings, [{ fault: 'no-server' }]);
});

test('an account whose DID is on a domain is held to its own name; what is no domain, or no account, is refused', async () => {
  const town = await Town.make({ handle: 'first.example.com' });
  const [account, keys] = [await town.account(), await town.house.store.keys(town.did)];
  await town.house.store.create({ ...account, did: WEB }, keys!, []);
  const { document } = await look(town, DOMAIN, false, WEB);
  assert.equal(readDidDocument(JSON.parse(document), WEB).handle, 'first.example.com');
  const code = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => askFailure(error).code);
  assert.equal(await code(look(town, 'localhost:8080')), 'HandleInvalid');
  assert.equal(await code(look(town, DOMAIN, false, 'did:plc:ewvi7nxzyoun6zhxrhs64oiz')), 'AccountMissing');
});
