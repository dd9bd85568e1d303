import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount, post, succeed } from '../e2e/support/house.ts';
import { overflow, says } from '../e2e/support/owner.ts';
import { find, LOOKS, openPage, show, visit } from '../e2e/support/page.ts';
import { untranslated } from '../e2e/support/untranslated.ts';
import { checkLooks } from './support/axe.ts';
import { alarm, mirrorOf, playMirror, PREVIEW } from './support/fake-mirror.ts';
import { checkStops, walk } from './support/keys.ts';
import type { BrowserContext, Page } from 'puppeteer-core';
import type { Answers } from './support/fake-mirror.ts';

const app = driven();
const ALERTS = {
  alerts: {
    kinds: ['webhook', 'email', 'push'], most: 3, mostBrowsers: 5, pushKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    ways: ([
      ['one', 'webhook', 'https://owner.example.net/holdfast'], ['two', 'email', 'a@owner.test'], ['three', 'email', 'b@another.owner.test'],
      ['four', 'push', 'F1, PC'], ['five', 'push', 'F2, PC'],
    ] as const).map(([id, kind, target]) => (
      { id, kind, target, confirmed: id !== 'three', createdAt: '2026-11-25T06:00:00.000Z', ...(id === 'five' && { lostAt: '2026-11-26T06:00:00.000Z' }) })),
  },
};
/** Everything nearly used up. */
const USAGE = {
  status: 'active', repoBytes: 95_000_000, repoLimit: 100_000_000, blobBytes: 990_000_000, blobLimit: 1_000_000_000, writes: 40, writesLimit: 500,
  until: '2026-12-24T00:00:00.000Z', end: '2027-01-07T00:00:00.000Z', warnings: ['records', 'blobs', 'time'],
};
const OLDER = '3kaaaaaaaaaa2';

/** Accounts of one house, made once: every page of the profile is about one of them. */
let made: Promise<Made> | undefined;

interface Made {
  readonly profile: BrowserContext;
  readonly proven: { readonly did: string; readonly rev: string };
  readonly unproven: { readonly did: string };
  /** Its DID is on a domain of its owner. */
  readonly onDomain: { readonly did: string };
  /** Its one record is changed by tests. */
  readonly divided: { readonly did: string; readonly rev: string; readonly path: string };
}

async function make(): Promise<Made> {
  const { page } = await openPage(app.browser, app.url, LOOKS['desktop, light']!);
  await visit(page, app.url);
  const unproven = await makeAccount(page);
  const { did, passphrase } = await makeAccount(page, 'ada.mirror.example.com');
  await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
  const onDomain = await makeAccount(page, { domain: 'ada.example.invalid' });
  await succeed(page, 'app.holdfast.kit.prove', { input: { did: onDomain.did, passphrase: onDomain.passphrase }, requestId: crypto.randomUUID() });
  await succeed(page, 'com.atproto.repo.createRecord', { input: post(did, 'Mirrored.'), requestId: crypto.randomUUID() });
  const other = await makeAccount(page);
  const { uri, commit } = await succeed(page, 'com.atproto.repo.createRecord', { input: post(other.did, 'Divided.'), requestId: crypto.randomUUID() }) as { uri: string; commit: { rev: string } };
  const { accounts } = await succeed(page, 'app.holdfast.account.list') as { accounts: { did: string; head: { rev: string } }[] };
  const profile = page.browserContext();
  return {
    profile, unproven, onDomain, proven: { did, rev: accounts.find((account) => account.did === did)?.head.rev ?? '' },
    divided: { did: other.did, rev: commit.rev, path: uri.split('/').slice(3).join('/') },
  };
}

/** Opens a screen about an account, with its mirror played. */
async function open(answers: Answers | ((made: Made) => Answers), { path = '/mirror', of = 'proven' as 'proven' | 'unproven' | 'divided' | 'onDomain', locale = '' } = {}): Promise<Page> {
  made ??= make();
  const { profile, [of]: { did } } = await made;
  const page = await profile.newPage();
  await show(page, { ...LOOKS['desktop, light']!, reducedMotion: true });
  await page.evaluateOnNewDocument((did) => localStorage.setItem('holdfast.account', did), did);
  await playMirror(page, typeof answers === 'function' ? answers(await made) : answers);
  await visit(page, `${app.url}${path}${locale}`);
  return page;
}

const paired = (change: object = {}) => ({ proven }: Made): Answers => ({ describe: { mirror: mirrorOf(proven.did, proven.rev, change) } });

/** The one commit of an account, told of as if it had decided a conflict. */
const conflictOf = (conflict: object) => ({ divided: { did, rev, path } }: Made): Answers => (
  { describe: { mirror: mirrorOf(did, rev, { withheld: { ...alarm('withheld') }, notice: { ...alarm('conflict'), conflicts: [{ rev, path, ...conflict }] } }) } }
);
const conflicting = conflictOf({});

async function look(page: Page, invite = 'an-invitation'): Promise<void> {
  const field = await find(page, '#address');
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type('mirror.example.com');
  if (invite !== '') await (await find(page, '#invite')).type(invite);
  await (await find(page, '#look')).click();
}

async function pairWith(page: Page): Promise<void> {
  await look(page);
  await (await find(page, '#pair')).click();
}

/** Every state of the Mirror screen, and of what tells of the mirror elsewhere. */
const STATES: Readonly<Record<string, (locale?: string) => Promise<Page>>> = {
  'no mirror, no address, and the words of the pill': async (locale = '') => {
    const page = await open({}, { locale });
    await (await find(page, '#look')).click();
    await find(page, '#address[aria-invalid=true]');
    await (await find(page, '.pill')).click();
    return page;
  },
  'a mirror that does not answer': async (locale = '') => {
    const page = await open({}, { locale });
    await look(page);
    await find(page, 'holdfast-pair-form >>> hf-error');
    return page;
  },
  'a mirror looked at, the kit not proven': async (locale = '') => {
    const page = await open({ preview: PREVIEW }, { of: 'unproven', locale });
    await look(page);
    await find(page, '#kit-first');
    return page;
  },
  'a mirror looked at, for an account on a domain: what to publish first': async (locale = '') => {
    const page = await open({ preview: PREVIEW }, { of: 'onDomain', locale });
    await look(page);
    await find(page, 'holdfast-web-card >>> #document');
    return page;
  },
  'paired, its room nearly used up and its time nearly over': async (locale = '') => {
    const page = await open(paired({ usage: USAGE }), { locale });
    await find(page, '#room');
    return page;
  },
  'paired, with standbys that are well, behind, new and silent, and one looked at': async (locale = '') => {
    const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((name) => ({
      url: `https://${name}.example.net`, mirrorDid: `did:web:${name}.example.net`, addedAt: '2026-11-25T06:00:00.000Z', time: '2026-11-25T08:00:00.000Z', missingBlobs: 0,
    }));
    const page = await open((made) => ({ ...paired({ standbys: [
      { ...one, state: 'same', usage: { ...USAGE, status: 'standby' } }, { ...two, state: 'behind', missingBlobs: 12 }, { ...three, state: 'new' },
      { ...four, state: 'silent', trouble: 'Your data here is safe. The mirror gave no answer.' },
    ] })(made), preview: { ...PREVIEW, url: 'https://five.example.net' } }), { locale });
    await (await find(page, 'holdfast-standbys >>> #add')).click();
    await look(page);
    await find(page, '#add-it');
    return page;
  },
  'paired, told by a webhook, a letter and browsers, another address not confirmed, one browser lost': async (locale = '') => {
    const page = await open((made) => ({ ...paired()(made), getAlerts: ALERTS }), { locale });
    await find(page, 'holdfast-alerts >>> #code-three');
    return page;
  },
  'paired, with a standby, and this browser may not be notified': async (locale = '') => {
    const standbys = [{ url: 'https://one.example.net', mirrorDid: 'did:web:one.example.net', addedAt: '2026-11-25T06:00:00.000Z', time: '2026-11-25T08:00:00.000Z', missingBlobs: 0, state: 'same' }];
    const page = await open((made) => ({ ...paired({ standbys })(made), getAlerts: ALERTS }), { locale });
    // In the pages of these tests notifications are refused.
    await (await find(page, 'holdfast-alerts >>> #notify')).evaluate((input) => (input as HTMLElement).click());
    await find(page, 'holdfast-alerts >>> hf-error');
    return page;
  },
  'paired, and a test of how one is told failed': async (locale = '') => {
    const page = await open((made) => ({ ...paired()(made), getAlerts: ALERTS }), { locale });
    await (await find(page, 'holdfast-alerts >>> .test')).click();
    await find(page, 'holdfast-alerts >>> hf-error');
    return page;
  },
  'paired, adding a webhook, at a mirror that sends no letters': async (locale = '') => {
    const page = await open((made) => ({ ...paired()(made), getAlerts: { alerts: { ways: [], kinds: ['webhook'], most: 3 } } }), { locale });
    await (await find(page, 'holdfast-alerts >>> #add-webhook')).click();
    await find(page, 'holdfast-alerts >>> #secret');
    return page;
  },
  'paired, adding an address for letters': async (locale = '') => {
    const page = await open(paired(), { locale });
    await (await find(page, 'holdfast-alerts >>> #add-email')).click();
    await find(page, 'holdfast-alerts >>> #address');
    return page;
  },
  'paired, with a mirror that could not be asked how it tells': async (locale = '') => {
    const page = await open((made) => ({ ...paired()(made), getAlerts: { error: 'MirrorUnreachable', message: 'The mirror did not answer.' } }), { locale });
    await find(page, 'holdfast-alerts >>> #again');
    return page;
  },
  'a mirror looked at, the clock far ahead, no invitation given': async (locale = '') => {
    const page = await open({ preview: { ...PREVIEW, mirror: { ...PREVIEW.mirror, clockAheadMs: 600_000 } } }, { locale });
    await look(page, '');
    await find(page, '#invite[aria-invalid=true]');
    return page;
  },
  'a mirror that has no such invitation': async (locale = '') => {
    const page = await open({ preview: { error: 'InvalidInviteCode', message: 'Your data here is safe. The mirror said no.' } }, { locale });
    await look(page);
    await find(page, '#invite[aria-invalid=true]');
    return page;
  },
  'a mirror looked at, the invitation used': async (locale = '') => {
    const page = await open({ preview: { ...PREVIEW, terms: { ...PREVIEW.terms, invitation: 'used' } } }, { locale });
    await look(page);
    await find(page, '#used');
    return page;
  },
  'a mirror looked at, its terms by an invitation for longer than days are counted, its operator silent': async (locale = '') => {
    const { email: _, privacyPolicy: __, termsOfService: ___, ...mirror } = PREVIEW.mirror;
    const page = await open({ preview: { ...PREVIEW, mirror, terms: { ...PREVIEW.terms, days: 1_000_000_000, writesPerHour: undefined, usableUntil: undefined } } }, { locale });
    await look(page);
    await find(page, '[data-state=open]');
    return page;
  },
  'a mirror looked at, the invitation over': async (locale = '') => {
    const page = await open({ preview: { ...PREVIEW, terms: { ...PREVIEW.terms, invitation: 'over' } } }, { locale });
    await look(page);
    await find(page, '#invite[aria-invalid=true]');
    return page;
  },
  'pairing': async (locale = '') => {
    const page = await open({ preview: PREVIEW, pair: 'stuck' }, { locale });
    await pairWith(page);
    await find(page, 'li[data-state=running]');
    return page;
  },
  'pairing that failed': async (locale = '') => {
    const message = 'Somebody has this name at the mirror already. Nothing was changed.';
    const page = await open({ preview: PREVIEW, pair: { error: 'HandleNotAvailable', message } }, { locale });
    await pairWith(page);
    await find(page, 'holdfast-mirror >>> .screen > hf-error');
    return page;
  },
  'a move that is not finished, about to be given up': async (locale = '') => {
    const page = await open(paired({ state: 'pairing', from: 'https://before.example.net', acked: undefined, relay: undefined, words: undefined }), { locale });
    await (await find(page, '[aria-labelledby=unfinished] button.danger')).click();
    await find(page, '#confirm-leave >>> dialog[open]');
    return page;
  },
  'mirrored, about to leave': async (locale = '') => {
    const page = await open(paired(), { locale });
    await (await find(page, '#leave')).click();
    await find(page, '#confirm-leave >>> dialog[open]');
    return page;
  },
  'left, and no answer': async (locale = '') => {
    const page = await open(paired(), { locale });
    await (await find(page, '#leave')).click();
    await (await find(page, '#confirm-leave >>> button.danger')).click();
    await find(page, '#force');
    return page;
  },
  'behind, with pictures missing, moving to another': async (locale = '') => {
    const acked = { commit: 'bafyrei', rev: OLDER, seq: 42, time: '2026-11-25T08:00:00.000Z' };
    const page = await open(paired({ waiting: 3, waitingBytes: 4_100, missingBlobs: 2, clockAheadMs: 400_000, acked, relay: { url: 'https://relay.example.net', time: acked.time } }), { locale });
    await (await find(page, '#move')).click();
    await find(page, '#address');
    return page;
  },
  'paused': async (locale = '') => {
    const page = await open(paired({ state: 'paused', waiting: 1, waitingBytes: 300 }), { locale });
    await find(page, '#pause.primary');
    return page;
  },
  'a notice': async (locale = '') => {
    const page = await open(paired({ notice: { ...alarm('withheld'), code: 'withheld' } }), { locale });
    await find(page, '.read');
    return page;
  },
  'an alarm': async (locale = '') => {
    const page = await open(paired({ state: 'alarm', alarm: alarm('rollback') }), { locale });
    await (await find(page, 'holdfast-alarm-card >>> summary')).click();
    return page;
  },
  'an alarm that leads to the identity': async (locale = '') => {
    const page = await open(paired({ state: 'alarm', alarm: alarm('moved') }), { locale });
    await find(page, 'holdfast-alarm-card >>> a[href="/identity"]');
    return page;
  },
  'Home, mirrored, with the words of the pill': async (locale = '') => {
    const page = await open(paired(), { path: '/', locale });
    await find(page, 'holdfast-strip >>> [data-place=street][data-state=has]');
    await (await find(page, '.pill')).click();
    return page;
  },
  'Home, something changed in two houses': async (locale = '') => {
    const page = await open(conflicting, { path: '/', of: 'divided', locale });
    await find(page, 'holdfast-mirror-notice >>> .note');
    return page;
  },
  'Devices, no mirror': async (locale = '') => {
    const page = await open({}, { path: '/devices', locale });
    await find(page, 'holdfast-devices >>> #add');
    return page;
  },
  'Devices, something changed in two houses, the other version taken': async (locale = '') => {
    const page = await open(conflicting, { path: '/devices', of: 'divided', locale });
    await (await find(page, 'holdfast-conflict >>> .row button')).evaluate((button) => (button as HTMLElement).click());
    await find(page, 'holdfast-conflict >>> .note.good');
    return page;
  },
  'Devices, something that the house which moved the account has otherwise': async (locale = '') => {
    const page = await open(conflictOf({ isTheirs: true }), { path: '/devices', of: 'divided', locale });
    await find(page, 'holdfast-conflict >>> .row button');
    return page;
  },
  'Settings, mirrored': async (locale = '') => {
    const page = await open(paired({ waiting: 2 }), { path: '/settings', locale });
    await find(page, 'holdfast-leaving-card >>> ul[aria-label]');
    return page;
  },
};

describe('with a mirror, in every look and on 320 px', () => {
  for (const [state, bring] of Object.entries(STATES)) {
    it(`axe finds nothing, and nothing is too wide: ${state}`, async () => {
      const page = await bring();
      assert.deepEqual(await checkLooks(page), []);
      await page.close();
    });
  }
});

describe('with a mirror, in the pseudo-locale', () => {
  for (const [state, bring] of Object.entries(STATES)) {
    // What the house says is in its own words; and some states say nothing that others do not.
    if (/does not answer|failed|no answer|clock far ahead|mirrored, about|paused/.test(state)) continue;
    it(`every text can be translated, and longer ones fit: ${state}`, async () => {
      const page = await bring('?locale=pseudo');
      assert.deepEqual(await untranslated(page), []);
      await show(page, { ...LOOKS['phone, light']!, reducedMotion: true });
      assert.ok((await overflow(page)) <= 0);
      await page.close();
    });
  }
});

describe('with a mirror, on a site without a relay', () => {
  it('what the account may take there is learned by itself', async () => {
    const usage = { status: 'active', repoBytes: 95, repoLimit: 100, blobBytes: 0, blobLimit: 100, warnings: ['records'] };
    const page = await open((made) => ({ ...paired()(made), look: { mirror: mirrorOf(made.proven.did, made.proven.rev, { usage }) } }));
    await find(page, '#room');
    await find(page, '.note.usage');
    await page.close();
  });
});

describe('with a mirror, by keyboard', () => {
  const walked = async (page: Page, expected: readonly RegExp[]): Promise<void> => {
    await show(page, LOOKS['phone, light']!);
    const stops = await walk(page);
    checkStops(stops);
    for (const words of expected) {
      assert.ok(stops.some((stop) => words.test(stop.words)), `${words} is not among ${stops.map((stop) => stop.words).join('; ')}`);
    }
    await page.close();
  };

  it('everything is reached before pairing, and a press of Enter looks', async () => {
    const page = await open({ preview: PREVIEW });
    await (await find(page, '#address')).type('mirror.example.com');
    await (await find(page, '#invite')).type('an-invitation');
    await page.keyboard.press('Enter');
    // What is offered comes first, and whoever looked is there.
    await find(page, '#terms:focus');
    await walked(page, [/^House/, /^Mirror/, /^Street/, /Address of the mirror/, /^Invitation/, /Look at this mirror/, /Privacy/, /Your name there/, /What the name ends in/, /^Pair$/]);
  });

  it('everything is reached when paired', async () => {
    const page = await open(paired({ missingBlobs: 1 }));
    await (await find(page, '#move')).press('Enter');
    await find(page, 'holdfast-pair-form >>> #address:focus');
    await (await find(page, '#move')).press('Enter');
    await walked(page, [/^Mirrored$/, /^Send again$/, /^Look now$/, /^Pause$/, /^Send everything again$/, /^Move to another mirror$/, /^Leave this mirror$/, /^Add a standby$/, /^Add an e-mail address$/, /^Add a webhook$/]);
  });

  it('everything is reached on Devices, and the focus stays when all is settled', async () => {
    const page = await open(conflicting, { path: '/devices', of: 'divided' });
    await find(page, 'holdfast-conflict >>> .row button');
    await page.evaluate(() => {
      const { played } = globalThis as unknown as { played: Record<string, { mirror?: Record<string, unknown> }> };
      const { notice: _, ...mirror } = played['describe']!.mirror!;
      played['describe'] = played['readNotice'] = { mirror };
    });
    await (await find(page, '#settled')).press('Enter');
    for (const until = Date.now() + 10_000; await page.$('>>> #conflicts') !== null; await pause(50)) assert.ok(Date.now() < until, 'the conflicts are still there');
    assert.equal(await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent?.trim();
    }), 'Devices');
    await page.close();
    await walked(await open(conflicting, { path: '/devices', of: 'divided' }), [/^Delete it, as the other house did$/, /^It is right as it is now$/, /address/]);
  });

  it('the focus follows what is done: to the steps, and back when they are stopped', async () => {
    const page = await open({ preview: PREVIEW, pair: 'stuck' });
    await pairWith(page);
    const focus = () => page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element?.textContent?.trim() ?? '';
    });
    await find(page, '#stop');
    assert.match(await focus(), /^Pairing with mirror\.example\.com$/);
    await (await find(page, '#stop')).press('Enter');
    await says(page, 'holdfast-mirror >>> p.note[role=status]', /Your data is safe here/);
    assert.equal(await focus(), 'Mirror');
    await page.close();
  });
});
