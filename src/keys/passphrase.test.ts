import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeysError } from './errors.ts';
import { generatePassphrase, parsePassphrase, PASSPHRASE_ENTROPY, samePassphrase } from './passphrase.ts';
import type { Passphrase } from './passphrase.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const FORM = /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/;

const plain = (passphrase: string) => passphrase.replaceAll('-', '');
const faultOf = (text: string) => {
  try {
    parsePassphrase(text);
  } catch (error) {
    assert.ok(error instanceof KeysError);
    assert.equal(error.code, 'PassphraseMistyped');
    return error;
  }
  return assert.fail(`taken: ${text}`);
};

test('a passphrase has the entropy that it says', () => {
  // Five bits for each of 18 free characters: as many passphrases as there are choices of those.
  assert.equal(PASSPHRASE_ENTROPY, 18 * Math.log2(ALPHABET.length));
  assert.ok(PASSPHRASE_ENTROPY >= 77);
});

test('passphrases have one form, are read back, and do not repeat', () => {
  const made = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const passphrase = generatePassphrase();
    assert.match(passphrase, FORM);
    assert.equal(parsePassphrase(passphrase), passphrase);
    made.add(passphrase);
  }
  assert.equal(made.size, 1000);
});

test('all characters are equally likely, at every place', () => {
  const places = Array.from({ length: 20 }, () => new Map<string, number>());
  const count = 6400;
  for (let i = 0; i < count; i++) {
    [...plain(generatePassphrase())].forEach((char, place) => places[place]!.set(char, (places[place]!.get(char) ?? 0) + 1));
  }
  const expected = count / 32;
  for (const seen of places) {
    let chiSquare = 0;
    for (const char of ALPHABET) chiSquare += ((seen.get(char) ?? 0) - expected) ** 2 / expected;
    // 31 degrees of freedom: more than 100 comes once in some 10⁹ times.
    assert.ok(chiSquare < 100, `chi-square ${chiSquare}`);
  }
});

test('a passphrase is read as people write it', () => {
  for (let i = 0; i < 50; i++) {
    const passphrase = generatePassphrase();
    const written = [
      passphrase.toLowerCase(), plain(passphrase), passphrase.replaceAll('-', ' '), ` ${passphrase}\r\n`,
      passphrase.replaceAll('-', ' – '), [...passphrase].join(' '), passphrase.replaceAll('-', '\u2011'),
      passphrase.replaceAll('-', '\u2212'), passphrase.replaceAll('0', 'O').replaceAll('1', 'I'),
      passphrase.replaceAll('0', 'o').replaceAll('1', 'l'),
      [...plain(passphrase)].map((char) => String.fromCodePoint(char.codePointAt(0)! + 0xfee0)).join(''),
    ];
    for (const text of written) assert.equal(parsePassphrase(text), passphrase);
  }
});

test('one wrong character, two wrong characters and two that changed places are always found', () => {
  const right = plain(generatePassphrase());
  const other = (char: string, step: number) => ALPHABET[(ALPHABET.indexOf(char) + step) % 32]!;
  for (let at = 0; at < 20; at++) {
    for (let step = 1; step < 32; step++) {
      const wrong = right.slice(0, at) + other(right[at]!, step) + right.slice(at + 1);
      assert.equal(faultOf(wrong).details['reason'], 'checksum');
      for (let second = at + 1; second < 20; second++) {
        const both = wrong.slice(0, second) + other(wrong[second]!, (step * 7 + second) % 31 + 1) + wrong.slice(second + 1);
        assert.equal(faultOf(both).details['reason'], 'checksum');
      }
    }
    for (let second = at + 1; second < 20; second++) {
      if (right[at] === right[second]) continue;
      const chars = [...right];
      [chars[at], chars[second]] = [chars[second]!, chars[at]!];
      assert.equal(faultOf(chars.join('')).details['reason'], 'checksum');
    }
  }
});

test('what cannot be a passphrase is refused with its reason, never with its text', () => {
  const right = generatePassphrase();
  const cases: readonly (readonly [string, string])[] = [
    ['', 'length'], [right.slice(0, -1), 'length'], [`${right}0`, 'length'], ['0'.repeat(1000), 'length'],
    [right.replace(/^./, 'U'), 'character'], [right.replace(/^./, '*'), 'character'], [right.replace(/^./, '🪨'), 'character'],
  ];
  for (const [text, reason] of cases) {
    const error = faultOf(text);
    assert.equal(error.details['reason'], reason);
    const shown = JSON.stringify([error.message, error.details, error.stack]);
    for (const group of right.split('-')) assert.ok(!shown.includes(group));
  }
  assert.equal(faultOf(`${right.slice(0, 7)}U${right.slice(8)}`).details['position'], 7);
});

test('passphrases are compared in full', () => {
  const passphrase = generatePassphrase();
  assert.equal(samePassphrase(passphrase, parsePassphrase(plain(passphrase))), true);
  assert.equal(samePassphrase(passphrase, `${passphrase.slice(0, -1)}_` as Passphrase), false);
  assert.equal(samePassphrase(passphrase, generatePassphrase()), false);
});
