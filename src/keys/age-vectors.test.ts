// The public test vectors of the age format: what a kit can be made of is refused by one name each, and nothing costly is begun.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inflateSync } from 'node:zlib';
import * as vectors from 'cctv-age';
import { KeysError } from './errors.ts';
import { openKit } from './kit-file.ts';

interface Vector {
  readonly name: string;
  readonly expect: string;
  readonly passphrase: string | undefined;
  readonly file: Uint8Array;
}

/** A header of `key: value` lines, an empty line, and the file. */
function read(name: string, bytes: Uint8Array): Vector {
  const all = Buffer.from(bytes);
  const end = all.indexOf('\n\n');
  const fields = new Map(all.subarray(0, end).toString().split('\n').map((line) => line.split(': ', 2) as [string, string]));
  const rest = all.subarray(end + 2);
  const file = fields.get('compressed') === 'zlib' ? inflateSync(rest) : rest;
  return { name, expect: fields.get('expect') ?? '', passphrase: fields.get('passphrase'), file: new Uint8Array(file) };
}

const all = Object.entries(vectors as unknown as Record<string, Uint8Array>).map(([name, bytes]) => read(name, bytes));

/** What a kit is refused as. `damaged` takes in all that is no age file under one passphrase. */
async function refusal({ file, passphrase = '' }: Vector): Promise<string> {
  try {
    await openKit(file, passphrase);
    return 'opened';
  } catch (error) {
    assert.ok(error instanceof KeysError, String(error));
    return error.code === 'KitDamaged' ? `KitDamaged ${String(error.details['reason'])}` : error.code;
  }
}

describe('the public vectors of the age format', () => {
  it('that have no passphrase are no kits, whatever else they are', async (t) => {
    for (const vector of all.filter(({ passphrase }) => passphrase === undefined)) {
      assert.match(await refusal(vector), /^KitDamaged (?:armor|file|header)$|^KitTooLarge$/, vector.name);
    }
    t.diagnostic(`count: age vectors ${all.length}`);
  });

  it('with a passphrase are opened, and hold no kit', async () => {
    const good = all.filter(({ passphrase, expect }) => passphrase !== undefined && expect === 'success');
    assert.ok(good.length >= 2);
    for (const vector of good) assert.equal(await refusal(vector), 'KitDamaged encoding', vector.name);
  });

  it('with a passphrase that does not fit say that it may be that', async () => {
    const none = all.filter(({ passphrase, expect, name }) => passphrase !== undefined && expect === 'no match' && name !== 'scrypt_uppercase');
    assert.ok(none.length >= 3);
    for (const vector of none) assert.equal(await refusal(vector), 'KitPassphrase', vector.name);
  });

  it('with a header that is none are damaged, and with too much work are refused before it begins', async () => {
    const bad = all.filter(({ passphrase, expect }) => passphrase !== undefined && expect === 'header failure');
    assert.ok(bad.length >= 20);
    for (const vector of bad) {
      const isWork = /_23$|overflow/.test(vector.name);
      assert.match(await refusal(vector), isWork ? /^KitWorkFactor$/ : /^KitDamaged (?:file|header)$/, vector.name);
    }
  });
});
