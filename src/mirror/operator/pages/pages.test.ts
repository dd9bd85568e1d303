import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OPERATOR } from '../../../../test/support/operator.ts';
import { ask, MirrorHouse, note, startTestMirror } from '../../../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../../../test/support/running-mirror.ts';
import { wordsToCompare } from '../../../mirroring/index.ts';
import { formatDidKey } from '../../../protocol/index.ts';
import { html } from './html.ts';
import { Sessions } from './sessions.ts';
import { bytes } from './words.ts';

const TOKEN = OPERATOR.token;

interface Shown {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

describe('the pages of an operator', () => {
  let mirror: RunningTestMirror;
  let cookie = '';
  before(async () => {
    mirror = await startTestMirror({ settings: { operator: OPERATOR } });
  });
  after(() => mirror.close());

  const open = async (path: string, form?: Record<string, string>, headers: Record<string, string> = { cookie }): Promise<Shown> => {
    const response = await fetch(`${mirror.operatorUrl}${path}`, {
      redirect: 'manual', headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) }, ...(form && { method: 'POST', body: new URLSearchParams(form).toString() }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it('show nothing before the token was, and hold a session that no script and no other site can use', async () => {
    for (const [path, status] of [['/', 200], ['/accounts', 401], ['/invitations', 401], ['/accounts/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', 401]] as const) {
      const shown = await open(path, undefined, {});
      assert.equal(shown.status, status);
      assert.match(shown.text, /<h1>Sign in<\/h1>/);
      assert.doesNotMatch(shown.text, /<nav/);
    }
    assert.equal((await open('/accounts/x', { act: 'takendown' }, {})).status, 401);
    const wrong = await open('/sign-in', { token: `${TOKEN}x` }, {});
    assert.deepEqual([wrong.status, wrong.headers.get('set-cookie')], [401, null]);
    const right = await open('/sign-in', { token: TOKEN }, {});
    assert.deepEqual([right.status, right.headers.get('location')], [303, '/']);
    const set = right.headers.get('set-cookie') ?? '';
    assert.match(set, /^holdfast-operator=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=28800$/);
    cookie = set.split(';')[0]!;
    const overview = await open('/');
    assert.match(overview.text, /<h1>Overview<\/h1>[\s\S]*No relay is asked/);
    assert.match(overview.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/);
    // A form of another site is not taken, though its browser would send the session.
    assert.equal((await open('/invitations', { note: 'evil' }, { cookie, origin: 'https://evil.example' })).status, 421);
    assert.equal((await open('/', undefined, { cookie: `${cookie}x` })).text.includes('Sign in'), true);
    assert.equal((await open('/nothing')).status, 401);
  });

  it('invite, and take back', async () => {
    const made = await open('/invitations', { note: '<b>Ada</b>', repo: '1.5', blobs: '', writes: '10', days: '30', expires: '2099-01-01' });
    const [, code] = /<code class="big">([a-z2-9-]{23})<\/code>/.exec(made.text) ?? [];
    assert.ok(code !== undefined, made.text);
    assert.match(made.text, /&lt;b&gt;Ada&lt;\/b&gt;<\/td><td data-name="Terms">1\.5 MB of records, 10 changes an hour, 30 days<\/td><td data-name="State">open until 2099-01-01 23:59 UTC/);
    const short = await open('/invitations', { short: 'on' });
    const [, typed] = /<code class="big">([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})<\/code>/.exec(short.text) ?? [];
    const sooner = await open('/invitations', { short: 'on', expires: new Date().toISOString().slice(0, 10) });
    for (const { text } of [short, sooner]) {
      const [, until] = /It is good until ([\d :-]+ UTC), for one account/.exec(text) ?? [];
      assert.ok(until !== undefined && text.includes(`open until ${until}`), text);
    }
    assert.match(short.text, /as for everybody<\/td><td data-name="State">open until \d{4}-/);
    const [, another] = /<code class="big">([^<]+)<\/code>/.exec(sooner.text) ?? [];
    for (const withdraw of [typed!, another!]) assert.match((await open('/invitations', { withdraw })).text, /It was taken back\./);
    const refused = await open('/invitations', { repo: 'much' });
    assert.match(refused.text, /role="status" class="bad"/);
    const back = await open('/invitations', { withdraw: code });
    assert.match(back.text, /It was taken back\.[\s\S]*There are none\./);
    assert.match((await open('/invitations', { withdraw: code })).text, /There is no invitation with this code/);
  });

  it('find an account, set its terms, take it down and serve it again', async () => {
    const house = await MirrorHouse.paired(mirror, 1, [note('first')]);
    const path = `/accounts/${encodeURIComponent(house.did)}`;
    assert.match((await open('/accounts')).text, new RegExp(`<a href="${path}">${house.handle}</a>`));
    assert.match((await open(`/accounts?q=${house.handle}`)).text, new RegExp(house.handle));
    assert.match((await open('/accounts?q=nobody.example')).text, /No account here has this/);
    const [, words] = /Words to compare<\/dt><dd><code class="big">([a-z ]{23})<\/code>/.exec((await open(path)).text) ?? [];
    const { key } = (await ask(mirror, '/xrpc/app.holdfast.mirror.describe')).body as { key: string };
    const compared = { did: house.did, signingKey: formatDidKey(house.signer.publicKey), mirrorDid: mirror.did, mirrorKey: key };
    assert.equal(words, wordsToCompare(compared).join(' '));
    const set = await open(path, { act: 'terms', repo: '2', blobs: '3', writes: '4', until: '2099-05-03' });
    assert.match(set.text, /These terms hold from now on\.[\s\S]*of 2\.0 MB[\s\S]*0 of 4[\s\S]*Kept until<\/dt><dd>2099-05-03/);
    assert.match(set.text, /name="until" type="date" value="2099-05-03"/);
    assert.match((await open(path, { act: 'takendown' })).text, /It is served no longer\.[\s\S]*>takendown</);
    assert.equal((await fetch(`${mirror.url}/xrpc/com.atproto.sync.getRepo?did=${house.did}`)).status, 400);
    assert.match((await open(path, { act: 'active' })).text, /It is served again\./);
    assert.equal((await fetch(`${mirror.url}/xrpc/com.atproto.sync.getRepo?did=${house.did}`)).status, 200);
    assert.match((await open(path, { act: 'deleted' })).text, /class="bad"/);
    for (const other of ['did:plc:zzzzzzzzzzzzzzzzzzzzzzzz', '%E0%A4%A', '']) assert.equal((await open(`/accounts/${other}`)).status, 404);
    assert.equal((await open('/accounts/%E0%A4%A', { act: 'takendown' })).status, 404);
    assert.equal((await open(path, { act: 'x'.repeat(20_000) })).status, 413);
  });

  it('say of an account only what is true when its standing is set', async () => {
    const house = await MirrorHouse.paired(mirror, 2, [note('first')]);
    const path = `/accounts/${encodeURIComponent(house.did)}`;
    const set = async (act: string, more: Record<string, string> = {}): Promise<string> => /role="status" class="good">([^<]*)/.exec((await open(path, { act, ...more })).text)?.[1] ?? '';
    await set('terms', { until: '2020-01-01' });
    await set('suspended');
    assert.match(await set('active'), /its time is over/);
    await set('takendown');
    await house.expect('leave', {});
    assert.match((await open(path)).text, />takendown</);
    assert.equal(await set('active'), 'It has left. It may come back.');
    const pairing = await MirrorHouse.make(mirror, 3);
    pairing.register();
    await pairing.enroll();
    const its = `/accounts/${encodeURIComponent(pairing.did)}`;
    // Nothing of it was verified yet.
    assert.doesNotMatch((await open(its)).text, /Words to compare/);
    await open(its, { act: 'suspended' });
    assert.match((await open(its, { act: 'active' })).text, /It was never served here\./);
  });

  it('hold a session by https alone where a browser came by it', async () => {
    const { host } = new URL(mirror.operatorUrl);
    for (const headers of [{ origin: `https://${host}` }, { 'x-forwarded-proto': 'https' }]) {
      assert.match((await open('/sign-in', { token: TOKEN }, headers)).headers.get('set-cookie') ?? '', /; Secure$/);
    }
  });

  it('are not tried out: after many wrong tokens the answer is 429, and the right one is taken', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 40; time++) statuses.push((await open('/sign-in', { token: 'wrong' }, {})).status);
    assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
    assert.equal((await open('/sign-in', { token: TOKEN }, {})).status, 303);
  });

  it('end when the operator signs out', async () => {
    assert.equal((await open('/sign-out', {})).status, 303);
    assert.equal((await open('/accounts')).status, 401);
  });
});

it('a session ends by itself', () => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const request = new Request('http://localhost/', { headers: { cookie: `other=1; ${sessions.begin().split(';')[0]}` } });
  assert.equal(sessions.has(request), true);
  now = 8 * 3_600_000;
  assert.equal(sessions.has(request), false);
});

it('what stands in a page is escaped, and numbers are short', () => {
  assert.equal(html`<a title="${'"<&>\''}">${[html`<b>`, '<i>', undefined, false]}</a>`.text, '<a title="&quot;&lt;&amp;&gt;&#39;"><b>&lt;i&gt;</a>');
  assert.deepEqual([0, 999, 1_000, 95_400_000, 123_456_789, 2e15].map(bytes), ['0 bytes', '999 bytes', '1.0 kB', '95.4 MB', '123 MB', '2000 TB']);
});
