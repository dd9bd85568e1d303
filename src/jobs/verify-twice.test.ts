import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeCbor, formatDidKey } from '../protocol/index.ts';
import { restoreOf, TestHouse } from '../../test/support/job-house.ts';
import { makeRestorable } from '../../test/support/restorable.ts';
import { askSecond } from './second-verifier.ts';
import type { VerifyResult } from './verify.ts';

describe('a file that two verifiers read', () => {
  it('is accepted by both, with or without a key, and the house hears of nothing', async () => {
    const house = new TestHouse();
    const made = await makeRestorable({ records: 700 });
    const test = { job: 'verify', car: made.car, twice: true } as const;
    assert.deepEqual((await house.done<VerifyResult>(test)).second, { says: 'accepted' });
    assert.deepEqual(await house.store.accounts(), []);
    await house.done(restoreOf(made));
    const known = await house.done<VerifyResult>(test);
    assert.deepEqual([known.signature, known.second], ['verified', { says: 'accepted' }]);
    assert.equal((await house.done<VerifyResult>({ job: 'verify', car: made.car })).second, undefined, 'the second one was not asked for');
  });

  it('is read by ours alone above 100 MB, and the result says so', async () => {
    const house = new TestHouse();
    const record = { $type: 'app.example.large', text: 'x'.repeat(900_000) };
    const made = await makeRestorable({ items: [{ path: 'app.example.large/only', record }] });
    // A block may come twice.
    const section = made.car.slice(made.car.size - encodeCbor(record).length - 36 - 3);
    const large = new Blob([made.car, ...Array.from({ length: 111 }, () => section)]);
    assert.ok(large.size > 100_000_000);
    const { records, second } = await house.done<VerifyResult>({ job: 'verify', car: large, twice: true });
    assert.deepEqual([records, second], [1, { says: 'too-large' }]);
    const below = new Blob([made.car, ...Array.from({ length: 5 }, () => section)]);
    assert.deepEqual((await house.done<VerifyResult>({ job: 'verify', car: below, twice: true })).second, { says: 'accepted' });
  });

  it('is read by ours alone where there is no room for the second', async () => {
    const house = new TestHouse();
    const { car } = await makeRestorable();
    const full = Object.assign(car, { arrayBuffer: () => Promise.reject(new RangeError('Array buffer allocation failed')) });
    assert.deepEqual((await house.done<VerifyResult>({ job: 'verify', car: full, twice: true })).second, { says: 'unable' });
  });

  it('is let go when the test is cancelled while the second reads', async () => {
    const house = new TestHouse();
    const { car } = await makeRestorable({ records: 2_000 });
    const cancelling = new AbortController();
    const push = house.messages.push.bind(house.messages);
    house.messages.push = (message) => {
      if (message.type === 'progress' && message.progress.phase === 'second') cancelling.abort();
      return push(message);
    };
    assert.equal((await house.run({ job: 'verify', car, twice: true }, cancelling.signal)).type, 'cancelled');
  });
});

it('the second verifier refuses by its own reasons, and what is not what the first one found', async () => {
  const [made, other] = [await makeRestorable(), await makeRestorable({ seed: 6 })];
  const car = new Uint8Array(await made.car.arrayBuffer());
  const first = { did: made.did, key: formatDidKey(made.key), head: made.head.toString(), records: 300 };
  assert.deepEqual(await askSecond(car, first), { says: 'accepted' });
  const reason = async (bytes: Uint8Array, expected: typeof first): Promise<string> => {
    const verdict = await askSecond(bytes, expected);
    return verdict.says === 'refused' ? verdict.reason : verdict.says;
  };
  assert.match(await reason(car, { ...first, key: formatDidKey(other.key) }), /Invalid signature/);
  assert.match(await reason(car, { ...first, did: other.did }), /Invalid repo did/);
  assert.match(await reason(car, { ...first, records: 299 }), /^300 records, head bafy/);
  assert.match(await reason(car, { ...first, head: other.head.toString() }), /^300 records, head bafy/);
  assert.match(await reason(car.subarray(0, car.length - 400), first), /./);
  const flipped = car.slice();
  flipped[car.length - 20]! ^= 1;
  assert.match(await reason(flipped, first), /Not a valid CID for bytes/);
});
