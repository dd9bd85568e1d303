import { createP256Signer } from '../../protocol/index.ts';
import { checkPlcData, MAX_SIGNED_BYTES, operationOf, plcChanges, PlcError, signedBytes, signOperation } from '../../identity/index.ts';
import type { PlcChange, PlcData, PlcLog } from '../../identity/index.ts';
import { JobRefusal } from '../errors.ts';
import { limit, NOTHING } from './changeable.ts';
import type { IdentityContext, KnownIdentity } from './known-identity.ts';
import { submitSigned } from './submit.ts';

const NO_SIGNATURE = 'A'.repeat(86);

/** What one operation would change of an identity. */
export interface NextOperation {
  readonly log: PlcLog & { readonly data: PlcData };
  readonly next: PlcData;
  readonly changes: readonly PlcChange[];
  /** Of the operation, signed. */
  readonly bytes: number;
}

/** Looks what an operation would change, and whether a directory takes it. @throws JobRefusal IdentityLimit */
export function nextOperation(log: PlcLog & { readonly data: PlcData }, next: PlcData): NextOperation {
  withinLimits(() => checkPlcData(next));
  const bytes = signedBytes({ ...operationOf(next, log.head), sig: NO_SIGNATURE }).length;
  if (bytes > MAX_SIGNED_BYTES) throw limit(`It would have ${bytes} bytes, and the directory takes ${MAX_SIGNED_BYTES}.`);
  return { log, next, changes: plcChanges(log.data, next), bytes };
}

/**
 * Signs it with the house's own key and hands it in; nothing where the identity says so already.
 * @throws JobRefusal NotAllowed, IdentityLimit; as `submitSigned`
 */
export async function signNext(known: KnownIdentity, { log, next, changes }: NextOperation, context: IdentityContext): Promise<void> {
  const keys = await context.store.keys(known.account.did);
  if (keys === undefined || known.houseKey === undefined || !next.rotationKeys.includes(known.houseKey)) {
    throw new JobRefusal('NotAllowed', `${NOTHING} This house may not change the identity: its key is none of the DID's.`);
  }
  if (changes.length === 0) return;
  const signer = await createP256Signer(keys.rotation);
  const operation = await signOperation(signer, operationOf(next, log.head)).catch((error: unknown) => {
    throw error instanceof PlcError ? limit(`${error.message}.`) : error;
  });
  await submitSigned(known, operation, 'house', context);
}

function withinLimits(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof PlcError ? limit(`${error.message}.`) : error;
  }
}
