import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oracle from '@did-plc/lib';
import { datetimeFromMs } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';
import { seededK256Signer, seededP256Signer } from '../testing/index.ts';
import {
  compareWithOwn, genesisDid, operationCid, operationOf, plcDataOf, RECOVERY_WINDOW, signOperation, verifyPlcLog,
} from './index.ts';
import type { AnyPlcOperation, PlcComparison, PlcData } from './index.ts';

const seed = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const kit = await seededP256Signer(seed(1));
const house = await seededP256Signer(seed(2));
const thief = await seededK256Signer(seed(3));
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const dataOfKeys = (name: string, ...keys: readonly Signer[]): PlcData =>
  ({ ...plcDataOf({ signingKey: house.publicKey }, keys.map(({ publicKey }) => publicKey)), alsoKnownAs: [`at://${name}.test`] });
const OURS = dataOfKeys('ours', kit, house);
const TAKEN = dataOfKeys('taken', thief, house);

const genesis = await signOperation(house, operationOf(OURS, null));
const did = genesisDid(genesis);
const root = operationCid(genesis);

interface Step {
  readonly operation: AnyPlcOperation;
  /** Since the beginning. */
  readonly ms: number;
  readonly nullified?: boolean;
}

const entry = ({ operation, ms, nullified = false }: Step) =>
  ({ did, operation, cid: operationCid(operation).toString(), nullified, createdAt: datetimeFromMs(START + ms) });

const compared = async (own: readonly AnyPlcOperation[], ...steps: readonly Step[]): Promise<PlcComparison> =>
  compareWithOwn(await verifyPlcLog(did, steps.map(entry)), new Set(own.map((operation) => operationCid(operation).toString())));

const FIRST: Step = { operation: genesis, ms: 0 };
const moved = await signOperation(house, operationOf(dataOfKeys('moved', kit, house), root));
const attack = await signOperation(house, operationOf(TAKEN, root));
const more = await signOperation(thief, operationOf(dataOfKeys('more', thief), operationCid(attack)));
const undoing = await signOperation(kit, operationOf(OURS, root));
const AN_HOUR = 60 * MINUTE;

test('what was signed here is nobody else’s, and the first operation is the DID itself', async () => {
  const { foreign, undo } = await compared([moved], FIRST, { operation: moved, ms: AN_HOUR });
  assert.deepEqual([foreign, undo], [[], undefined]);
});

test('a lower key takes over: every operation of it is named, and the kit can say again what held before', async () => {
  const { foreign, undo } = await compared([], FIRST, { operation: attack, ms: AN_HOUR }, { operation: more, ms: 2 * AN_HOUR });
  assert.deepEqual(foreign.map(({ cid }) => cid.toString()), [operationCid(attack), operationCid(more)].map(String));
  assert.deepEqual(undo?.data, OURS);
  assert.ok(undo?.prev.equals(root));
  assert.equal(undo?.until, START + AN_HOUR + RECOVERY_WINDOW);
  // The house's key did it, and that of the kit stands above.
  assert.equal(undo?.above, 1);
});

test('what was undone is over; what the owner has taken for theirs is theirs', async () => {
  const undone = await compared([undoing], FIRST, { operation: attack, ms: AN_HOUR, nullified: true }, { operation: undoing, ms: 2 * AN_HOUR });
  assert.deepEqual(undone.foreign, []);
  const accepted = await compared([attack], FIRST, { operation: attack, ms: AN_HOUR }, { operation: more, ms: 2 * AN_HOUR });
  assert.deepEqual(accepted.foreign.map(({ operation }) => operation), [more]);
  assert.deepEqual(accepted.undo?.data, TAKEN);
});

test('the end of a DID by somebody else is foreign, and can be undone too', async () => {
  const end = await signOperation(house, { type: 'plc_tombstone', prev: root.toString() });
  const { foreign, undo } = await compared([], FIRST, { operation: end, ms: AN_HOUR });
  assert.equal(foreign.length, 1);
  assert.deepEqual(undo?.data, OURS);
});

test('an undoing with the kit holds one minute before the 72 hours end, and not one minute after; @did-plc/lib agrees', async (t) => {
  const { undo } = await compared([], FIRST, { operation: attack, ms: 0 });
  for (const [offset, holds] of [[-MINUTE, true], [0, true], [1, false], [MINUTE, false]] as const) {
    const ms = undo!.until - START + offset;
    const steps: Step[] = [FIRST, { operation: attack, ms: 0, nullified: true }, { operation: undoing, ms }];
    const verified = verifyPlcLog(did, steps.map(entry));
    if (holds) assert.deepEqual((await verified).data, OURS);
    else await assert.rejects(verified, { code: 'RecoveryLate' });

    t.mock.timers.enable({ apis: ['Date'], now: START + ms });
    const held = await Promise.all([genesis, attack].map(async (given) => {
      const operation = given as oracle.OpOrTombstone;
      return { did, operation, cid: (await oracle.getLastOpWithCid([operation])).cid, nullified: false, createdAt: new Date(START) };
    }));
    const taken = oracle.assureValidNextOp(did, held, undoing as oracle.Operation).then(() => true, () => false);
    assert.equal(await taken, holds, `${offset} ms after the end`);
    t.mock.timers.reset();
  }
});

test('a forked log does not hold: an equal key cannot undo, nor one below', async () => {
  const rival = await signOperation(house, operationOf(dataOfKeys('rival', kit, house), root));
  const steps = (operation: AnyPlcOperation, first: AnyPlcOperation): Step[] =>
    [FIRST, { operation: first, ms: AN_HOUR, nullified: true }, { operation, ms: 2 * AN_HOUR }];
  await assert.rejects(verifyPlcLog(did, steps(rival, attack).map(entry)), { code: 'RecoveryKey' });
  await assert.rejects(verifyPlcLog(did, steps(rival, undoing).map(entry)), { code: 'RecoveryKey' });
});
