// How one is told when no page is open: in a page, with a real mirror, a real server of the owner and a real mail server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startMirror } from '../../src/mirror/index.ts';
import { SmtpSink } from '../support/smtp-sink.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import { press } from './support/backups.ts';
import { drivenStreet } from './support/driven.ts';
import { makeAccount, proveAndPair } from './support/house.ts';
import { mirrored } from './support/journey.ts';
import { says } from './support/owner.ts';
import { absent, find, LOOKS, openPage, visit } from './support/page.ts';
import type { Look } from './support/page.ts';

const app = drivenStreet();
const CARD = 'holdfast-alerts >>> ';

it('a webhook and an address are added, confirmed, tested and removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-telling-'));
  const [sink, receiver] = [await SmtpSink.start(), await WebhookReceiver.start()];
  const mirror = await startMirror({
    port: 0, folder, handleDomains: ['telling.test'], directory: app.directory, relays: [app.relay], invites: [], inviteOnly: false,
    blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600,
    mail: { host: '127.0.0.1', port: sink.port, isSecure: false, from: 'mirror@telling.test' },
  }, { log: () => undefined });
  try {
    const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light'] as Look);
    await visit(page, app.url);
    const made = await makeAccount(page);
    await proveAndPair(page, made, mirror.url);
    await mirrored(page, made.did);
    await visit(page, `${app.url}/mirror`);

    await press(page, `${CARD}#add-email`);
    await (await find(page, `${CARD}#address`)).type('ada@owner.test');
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^A code is on its way to ada@owner\.test\./);
    await (await find(page, `${CARD}input[name=code]`)).type('AAAA-AAAA');
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}hf-error >>> [role=alert]`, /Your data is safe.*not the code that was sent/s);
    await (await find(page, `${CARD}input[name=code]`)).evaluate((input) => ((input as HTMLInputElement).value = ''));
    await (await find(page, `${CARD}input[name=code]`)).type(/[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(sink.letters[0]!.text)![0]);
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^The address is confirmed\./);
    await press(page, `${CARD}.test`);
    await says(page, `${CARD}[role=status]`, /^A test was sent\./);
    assert.match(sink.letters.at(-1)!.text, /This is a test/);

    await press(page, `${CARD}#add-webhook`);
    await (await find(page, `${CARD}#url`)).type(receiver.url);
    const secret = await find(page, `${CARD}#secret`);
    assert.match(await secret.evaluate((input) => (input as HTMLInputElement).value), /^[0-9a-f]{32}$/);
    await secret.evaluate((input) => ((input as HTMLInputElement).value = ''));
    await secret.type(receiver.secret);
    await press(page, `${CARD}form button[type=submit]`);
    await says(page, `${CARD}[role=status]`, /^Your server has answered the test\./);
    assert.deepEqual(receiver.calls.map(({ isSigned }) => isSigned), [true]);

    for (let count = 0; count < 2; count++) {
      await press(page, `${CARD}.remove`);
      await says(page, `${CARD}[role=status]`, /^Nothing is sent there any more\./);
    }
    await absent(page, `${CARD}.remove`);
    await page.close();
  } finally {
    await mirror.close();
    await sink.close();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
