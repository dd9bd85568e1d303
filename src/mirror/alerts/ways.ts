import { createHash, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';
import type { AlertWay, WayTo } from '../../mirroring/index.ts';
import { hasRoomFor, MOST_BROWSERS, MOST_WAYS } from '../../mirroring/index.ts';
import { XrpcError } from '../../pds/index.ts';
import { datetimeFromMs, shortDigest } from '../../protocol/index.ts';
import type { Did, lexicons } from '../../protocol/index.ts';
import { reasonOf } from '../log.ts';
import type { MirrorHost } from '../mirror-host.ts';
import { isMailAddress } from './mail-address.ts';
import { arePushKeys } from './push.ts';
import { WayLost } from './sender.ts';
import { mayBeCalled } from './webhook.ts';

const DAY_MS = 24 * 3_600_000;
const CODE_MS = 3_600_000;
const MOST_TRIES = 5;
/** Tests and codes of one account. */
const MOST_TESTS_A_DAY = 10;
/** To one address, whoever asks. */
const MOST_CODES_A_DAY = 3;
/** Without those that are taken for one another. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET = /^[\x21-\x7e]{16,128}$/;
const UNCHANGED = 'Nothing was changed.';
const UNREACHED: Readonly<Record<WayTo['kind'], string>> = {
  webhook: 'The webhook did not answer within five seconds with a status from 200 to 299.',
  email: 'The letter could not be sent.',
  push: 'The push service of this browser did not take the test.',
};

/** How the owner of an account is told, without what is secret (`app.holdfast.mirror.defs#alerts`). */
export async function alertsOf({ copies, sender, pushKey }: Pick<MirrorHost, 'copies' | 'sender' | 'pushKey'>, did: Did) {
  const ways = await copies.alerts.ways(did);
  return {
    kinds: [...sender.kinds], most: MOST_WAYS, mostBrowsers: MOST_BROWSERS, pushKey,
    ways: ways.map(({ id, to, createdAt, awaited, lostAt }) => ({
      id, kind: to.kind, target: shown(to), confirmed: awaited === undefined, createdAt: datetimeFromMs(createdAt),
      ...(lostAt !== undefined && { lostAt: datetimeFromMs(lostAt) }),
    })),
  };
}

function shown(to: WayTo): string {
  switch (to.kind) {
    case 'webhook':
      return to.url;
    case 'email':
      return to.address;
    case 'push':
      return to.name;
  }
}

/** Sends a test, and keeps the webhook if it is answered; one that is there already gets this secret. @throws XrpcError InvalidAlert, TooManyAlerts, AlertFailed, RateLimitExceeded */
export async function addWebhook(host: MirrorHost, did: Did, url: string, secret: string): Promise<void> {
  if (!mayBeCalled(url, isNearby(host))) {
    throw invalid('A webhook has an address such as https://example.com/path, of a public server, without a port, a name or a password.');
  }
  if (!SECRET.test(secret)) throw invalid('A secret is of 16 to 128 letters, digits and signs, without blanks.');
  const way = newWay(host, { kind: 'webhook', url, secret });
  const before = (await host.copies.alerts.ways(did)).find(({ to }) => to.kind === 'webhook' && to.url === url)?.id;
  await goneFor(host, did, way.to, before);
  await sendTest(host, did, way);
  await keep(host, did, way, before);
}

/**
 * Sends a test, and keeps the browser if its push service takes that; one that is there already is put right.
 * @throws XrpcError InvalidAlert, AlertNotFound, TooManyAlerts, AlertFailed, RateLimitExceeded
 */
export async function addPush(host: MirrorHost, did: Did, { endpoint, p256dh, auth, name, replaces }: lexicons.AppHoldfastMirrorSetAlerts.AddPush): Promise<void> {
  if (!mayBeCalled(endpoint, isNearby(host)) || !isPlain(endpoint) || !arePushKeys(p256dh, auth)) throw invalid('A browser has an address at a public push service, and two keys.');
  // The browser can tell it by itself.
  const id = await shortDigest(did, endpoint);
  if (replaces !== undefined && !(await host.copies.alerts.ways(did)).some((way) => way.id === replaces && way.to.kind === 'push')) throw notFound();
  const way = { ...newWay(host, { kind: 'push', endpoint, p256dh, auth, name }), id };
  await goneFor(host, did, way.to, replaces ?? id);
  await sendTest(host, did, way);
  await keep(host, did, way, replaces ?? id);
}

/** Sends a code there, and nothing else before it has come back; to one that is confirmed already nothing. @throws XrpcError InvalidAlert, AlertKindUnknown, TooManyAlerts, AlertFailed, RateLimitExceeded */
export async function addEmail(host: MirrorHost, did: Did, address: string): Promise<void> {
  if (!host.sender.kinds.includes('email')) throw new XrpcError(400, 'AlertKindUnknown', `This mirror sends no letters. ${UNCHANGED}`);
  if (!isMailAddress(address)) throw invalid('An address for letters is such as name@example.com.');
  const before = (await host.copies.alerts.ways(did)).find(({ to }) => to.kind === 'email' && to.address === address);
  if (before !== undefined && before.awaited === undefined) return;
  await goneFor(host, did, { kind: 'email', address }, before?.id);
  const code = Array.from({ length: 8 }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');
  const { id, ...rest } = newWay(host, { kind: 'email', address });
  const way = { id, ...rest, awaited: { hash: hashOf(id, code), until: host.now() + CODE_MS, tries: 0 } };
  await takeTurn(host, `test of ${did}`, MOST_TESTS_A_DAY);
  await takeTurn(host, `code to ${createHash('sha256').update(address.toLowerCase()).digest('hex')}`, MOST_CODES_A_DAY);
  await reached(host, did, way, host.sender.code(did, way, `${code.slice(0, 4)}-${code.slice(4)}`));
  await keep(host, did, way, before?.id);
}

/** @throws XrpcError CodeInvalid; after five tries, or an hour, the address has to be added again */
export async function confirmWay(host: MirrorHost, did: Did, id: string, code: string): Promise<void> {
  const { copies, log, now } = host;
  const { awaited } = await copies.alerts.tryCode(did, id) ?? {};
  if (awaited === undefined) throw new XrpcError(400, 'CodeInvalid', `No code is waited for. ${UNCHANGED}`);
  if (awaited.tries >= MOST_TRIES || now() >= awaited.until) {
    await copies.alerts.removeWay(did, id);
    throw new XrpcError(400, 'CodeInvalid', 'This code is over, or was tried too often. Please add the address again.');
  }
  if (!timingSafeEqual(hashOf(id, code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')), awaited.hash)) {
    throw new XrpcError(400, 'CodeInvalid', `This is not the code that was sent. ${UNCHANGED}`);
  }
  await copies.alerts.confirmWay(did, id);
  log(`${did} has confirmed a way to tell its owner (email)`);
}

/** Also where there is none. */
export async function removeWay({ copies, log }: MirrorHost, did: Did, id: string): Promise<void> {
  await copies.alerts.removeWay(did, id);
  log(`${did} has taken a way to tell its owner away`);
}

/** @throws XrpcError AlertNotFound, AlertFailed, RateLimitExceeded */
export async function testWay(host: MirrorHost, did: Did, id: string): Promise<void> {
  const way = (await host.copies.alerts.ways(did)).find((each) => each.id === id && each.awaited === undefined && each.lostAt === undefined);
  if (way === undefined) throw notFound();
  await sendTest(host, did, way);
}

async function sendTest(host: MirrorHost, did: Did, way: AlertWay): Promise<void> {
  await takeTurn(host, `test of ${did}`, MOST_TESTS_A_DAY);
  await reached(host, did, way, host.sender.test(did, way));
}

/** Its owner hears that it was not reached, and no more: a mirror looks into no network for anybody. */
async function reached({ copies, log, now }: MirrorHost, did: Did, { id, to }: AlertWay, sending: Promise<void>): Promise<void> {
  await sending.catch(async (error: unknown) => {
    log(`${did}: its owner was not reached by ${to.kind}: ${reasonOf(error)}`);
    if (error instanceof WayLost) await copies.alerts.loseWay(did, id, now());
    throw new XrpcError(400, 'AlertFailed', `${UNREACHED[to.kind]} ${error instanceof WayLost ? '' : UNCHANGED}`.trim(), error);
  });
}

/**
 * Which ways go for another as soon as it is kept, where there is no room: those whose code never came back, and browsers that are no more, oldest first.
 * @throws XrpcError TooManyAlerts
 */
async function goneFor({ copies, now }: MirrorHost, did: Did, to: WayTo, replaced?: string): Promise<readonly AlertWay[]> {
  const ways = (await copies.alerts.ways(did)).filter(({ id }) => id !== replaced);
  const gone = ways.filter(({ to: { kind }, awaited, lostAt }) => (
    (kind === 'push') === (to.kind === 'push') && ((awaited !== undefined && now() >= awaited.until) || lostAt !== undefined)));
  for (let count = 0; count <= gone.length; count++) {
    const going = gone.slice(0, count);
    if (hasRoomFor(to, ways.filter((way) => !going.includes(way)))) return going;
  }
  throw tooMany(to);
}

async function keep(host: MirrorHost, did: Did, way: AlertWay, replaced?: string): Promise<void> {
  const { copies: { alerts }, log } = host;
  for (const { id } of await goneFor(host, did, way.to, replaced)) await alerts.removeWay(did, id);
  if (!await alerts.addWay(did, way, replaced)) throw tooMany(way.to);
  log(`${did} has a way to tell its owner more (${way.to.kind})`);
}

/** So many of one thing a day, whether the mirror was started anew or not. @throws XrpcError RateLimitExceeded */
async function takeTurn({ copies, did: mirror, now }: MirrorHost, what: string, most: number): Promise<void> {
  const day = Math.floor(now() / DAY_MS);
  for (let turn = 0; turn < most; turn++) if (await copies.once(mirror, `${what}: ${day}, ${turn}`, (day + 2) * DAY_MS / 1_000)) return;
  throw new XrpcError(429, 'RateLimitExceeded', `So many tests and codes were sent today that no more are sent before tomorrow. ${UNCHANGED}`);
}

function newWay({ now }: MirrorHost, to: WayTo): AlertWay {
  return { id: randomUUID(), createdAt: now(), to };
}

function hashOf(id: string, code: string): Uint8Array {
  return createHash('sha256').update(`${id} ${code}`).digest();
}

function invalid(words: string): XrpcError {
  return new XrpcError(400, 'InvalidAlert', `${words} ${UNCHANGED}`);
}

function notFound(): XrpcError {
  return new XrpcError(400, 'AlertNotFound', 'There is no such way to tell you, or it was lost, or its code is still waited for.');
}

function tooMany({ kind }: WayTo): XrpcError {
  const words = kind === 'push' ? `${MOST_BROWSERS} browsers` : `${MOST_WAYS} webhooks and addresses`;
  return new XrpcError(400, 'TooManyAlerts', `You are told by ${words} at most; take one away first. ${UNCHANGED}`);
}

/** Whether the address is written as browsers write it, so that everybody reads the same server in it. */
function isPlain(endpoint: string): boolean {
  const { href, hostname } = new URL(endpoint);
  return href === endpoint && /^(?:[a-z0-9.-]+|\[::1\])$/.test(hostname);
}

/** Whether it may call servers on its own machine: a mirror that is for that machine only. */
function isNearby({ settings }: MirrorHost): boolean {
  return settings.hostname === undefined;
}
