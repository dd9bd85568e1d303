import { healthOf } from '../../src/ui/state/health.ts';
import { afterSafety, withoutSafety } from '../../src/ui/state/safety-words.ts';
import { alarmAdvice, alarmTitle, readerWords, standingOf } from '../../src/ui/state/mirror-words.ts';
import { HouseError } from '../../src/ui/house/house-error.ts';
import { equal, ok } from './assert.ts';
import type { Link } from '../../src/ui/state/mirror-words.ts';
import type { Mirror } from '../../src/ui/state/mirror-store.ts';

const OLDER = '3kzaolder2222';
const REV = '3kzbnewer2222';
const UNKNOWN: Link = { state: 'unknown' };
const AWAY: Link = { state: 'away', since: '2026-11-25T06:00:00.000Z' };

const receipt = (rev: string) => ({ commit: 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy', rev, seq: 7, time: '2026-11-25T06:00:00.000Z' });

const mirror = (change: Partial<Mirror> = {}): Mirror => ({
  did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', url: 'https://mirror.example.com', mirrorDid: 'did:web:mirror.example.com', state: 'active',
  pairedAt: '2026-11-25T06:00:00.000Z', waiting: 0, waitingBytes: 0, acked: receipt(REV), ...change,
});

const alarm = { code: 'fork', message: 'x', time: '2026-11-25T06:00:00.000Z' };

describe('the word for how an account stands to its mirror', () => {
  const word = (of: Mirror | undefined, link: Link = UNKNOWN, isOnline = true): string => standingOf(of, REV, link, isOnline).word;

  it('is one of six', () => {
    equal(word(undefined), 'Not mirrored');
    equal(word(mirror()), 'Mirrored');
    equal(word(mirror({ waiting: 1_200 })), 'Mirroring 1,200');
    equal(word(mirror({ state: 'paused', waiting: 2 })), 'Paused');
    equal(word(mirror(), AWAY), 'Offline');
    equal(word(mirror(), UNKNOWN, false), 'Offline');
    equal(word(mirror({ state: 'alarm', alarm }), AWAY, false), 'Needs you');
    equal(word(mirror({ state: 'pairing' })), 'Needs you');
  });

  it('is never “Mirrored” without a receipt for what is here', () => {
    equal(word(mirror({ acked: receipt(OLDER) })), 'Mirroring');
    equal(standingOf({ ...mirror(), acked: undefined } as unknown as Mirror, REV, UNKNOWN, true).id, 'mirroring');
  });

  it('comes with how far large blobs are', () => {
    const { text } = standingOf(mirror({ waiting: 1, acked: receipt(OLDER) }), REV, UNKNOWN, true, { done: 12_000_000, total: 50_000_000 });
    equal(text, 'Your data is safe here. 1 change waits to be sent. Of pictures and films, 12 MB of 50 MB are there; what is there is not sent again.');
  });

  it('comes with whether the data is safe, what waits, and what others see, when the mirror is away', () => {
    const { text } = standingOf(mirror({ waiting: 3, acked: receipt(OLDER) }), REV, AWAY, true);
    ok(/^mirror\.example\.com has not answered since .* Your data is safe here\. 3 changes wait to be sent\. Others see the state of /.test(text), text);
  });
});

describe('what is said of the street', () => {
  const at = (rev?: string): string => readerWords(mirror({ relay: { url: 'https://relay.example.net', time: '2026-11-25T06:00:00.000Z', ...(rev && { rev }) } }), REV);

  it('rests on what the relay had', () => {
    ok(/has everything/.test(at(REV)), at(REV));
    ok(/an earlier state/.test(at(OLDER)), at(OLDER));
    ok(/does not have your account yet/.test(at()), at());
    ok(/Nobody has been asked/.test(readerWords(mirror(), REV)), 'a guess');
  });
});

describe('what is said of an alarm', () => {
  it('is other words for each code, and words for one that is not known', () => {
    const codes = ['rollback', 'fork', 'mirror-key', 'receipt', 'refused', 'moved', 'clock', 'unreachable-directory', 'no-such-code'];
    equal(new Set(codes.map(alarmTitle)).size, codes.length);
    equal(new Set(codes.map(alarmAdvice)).size, codes.length);
  });

  it('says once that the data is safe', () => {
    equal(afterSafety('Your data here is safe. The mirror did not answer.'), 'The mirror did not answer.');
    const error = withoutSafety(new HouseError(502, 'MirrorUnreachable', 'Your data here is safe. It did not answer.')) as HouseError;
    equal(error.message, 'It did not answer.');
    equal(error.code, 'MirrorUnreachable');
  });
});

describe('the mirror among what an account rests on', () => {
  const account = {
    did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', status: 'active', createdAt: '2026-11-25T06:00:00.000Z', head: { cid: 'bafyrei', rev: REV }, kit: 'proven', records: 1,
  } as const;
  const health = (of: Mirror | undefined) => healthOf(account, undefined, undefined, standingOf(of, REV, UNKNOWN, true)).find(({ id }) => id === 'mirror');

  it('asks for a mirror, for a decision, or for nothing', () => {
    equal(health(undefined)?.action?.words, 'Choose a mirror');
    equal(health(mirror({ state: 'alarm', alarm }))?.action?.words, 'Decide');
    equal(health(mirror())?.state, 'good');
    equal(health(mirror({ state: 'paused' }))?.state, 'amber');
  });
});
