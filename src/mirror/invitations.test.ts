import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MemoryMirrorStore } from '../storage/memory/index.ts';
import { Codes, isShortCode, newCode, newShortCode, SHORT_MS } from './invitations.ts';

const HOUR_MS = 3_600_000;
const INVALID = { code: 'InvalidInviteCode' };

/** A code that begins like another one, and ends otherwise. */
const wrongEnd = (code: string): string => code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');

function made() {
  const clock = { ms: 0 };
  const lines: string[] = [];
  const copies = new MemoryMirrorStore({ now: () => clock.ms });
  return { clock, lines, copies, codes: new Codes({ copies, log: (line) => lines.push(line), now: () => clock.ms }) };
}

it('a short code is found as people type it, a long one as it is written', async () => {
  const { copies, codes } = made();
  assert.match(newShortCode(), /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  const long = newCode();
  assert.deepEqual([isShortCode(newShortCode()), isShortCode(long)], [true, false]);
  for (const code of ['7K01-0M2Z', long, 'abcd1234', 'of settings', 'öl']) await copies.invite({ code, note: '', terms: {} });
  for (const typed of ['7K01-0M2Z', '7k01-0m2z', '7k010m2z', ' 7KOI–OM2Z ', '7 K 0 l . 0 M 2 Z']) assert.equal((await codes.find(typed)).code, '7K01-0M2Z', typed);
  for (const code of [long, 'abcd1234', 'of settings', 'öl']) assert.equal((await codes.find(code)).code, code);
  for (const typed of ['', ' ', '7K01', '7K01-0M2ZZ', '7U01-0M2Z', long.toUpperCase(), long.slice(0, -1), 'of', 'ö', 'abcd12345']) {
    await assert.rejects(codes.find(typed), INVALID, typed);
  }
});

it('who knows how a short code begins has five tries, and a long code is none the worse for any', async () => {
  const { copies, codes, lines } = made();
  const long = newCode();
  for (const code of ['AAAA-0000', 'AAAA-ZZZZ', 'BBBB-0000', long]) await copies.invite({ code, note: `for ${code[0]}`, terms: {} });
  for (let tries = 0; tries < 4; tries++) await assert.rejects(codes.find('BBBB-1111'), INVALID);
  assert.equal((await codes.find('BBBB-0000')).code, 'BBBB-0000');
  for (let tries = 0; tries < 4; tries++) await assert.rejects(codes.find('aaaa 1111'), INVALID);
  assert.equal(lines.length, 0);
  await assert.rejects(codes.find('AAAA-1111'), INVALID);
  for (const gone of ['AAAA-0000', 'AAAA-ZZZZ']) await assert.rejects(codes.find(gone), INVALID);
  // The operator is told which, to make another.
  assert.deepEqual(lines.map((line) => line.includes('for A')), [true, true]);
  assert.ok(!lines.some((line) => line.includes('AAAA')), lines.join());
  for (let tries = 0; tries < 9; tries++) await assert.rejects(codes.find(wrongEnd(long)), INVALID);
  assert.equal((await codes.find(long)).code, long);
});

it('of all callers together a thousand short codes are tried in an hour, then none, and long ones go on', async () => {
  const { copies, codes, clock } = made();
  for (const code of ['AAAA-0000', 'long-one', 'WINTER26']) await copies.invite({ code, note: '', terms: {} });
  for (let tries = 0; tries < 1_000; tries++) await assert.rejects(codes.find('BBBB-0000'), INVALID);
  await assert.rejects(codes.find('AAAA-0000'), { code: 'RateLimitExceeded', status: 429 });
  for (const code of ['long-one', 'WINTER26']) assert.equal((await codes.find(code)).code, code);
  clock.ms += HOUR_MS;
  assert.equal((await codes.find('AAAA-0000')).code, 'AAAA-0000');
});

it('wrong ends are forgotten once the code that they were shown for is over', async () => {
  const { copies, codes, clock } = made();
  await copies.invite({ code: 'AAAA-0000', note: '', terms: {} });
  for (let day = 0; day < 3; day++) {
    for (let tries = 0; tries < 4; tries++) await assert.rejects(codes.find('AAAA-1111'), INVALID);
    clock.ms += SHORT_MS;
  }
  assert.equal((await codes.find('AAAA-0000')).code, 'AAAA-0000');
});

it('for a code of a few characters not every invitation is read that begins so', async () => {
  const { copies, lines } = made();
  for (const code of ['a', 'abcd', 'abce']) await copies.invite({ code, note: '', terms: {} });
  const starts: string[] = [];
  const counted = { invitation: (code: string) => copies.invitation(code), withdraw: (code: string) => copies.withdraw(code), invitationsFrom: (start: string) => (starts.push(start), copies.invitationsFrom(start)) };
  const codes = new Codes({ copies: counted, log: (line) => lines.push(line), now: () => 0 });
  assert.equal((await codes.find('a')).code, 'a');
  await assert.rejects(codes.find('abc'), INVALID);
  assert.equal((await codes.find('abcd')).code, 'abcd');
  assert.deepEqual(starts, ['abcd']);
});
