import { base64url } from 'multiformats/bases/base64';
import { formatDidKey, parseCid, SIGNATURE_SIZE, verifySignature } from '../protocol/index.ts';
import type { Signer } from '../protocol/index.ts';
import { PlcError } from './errors.ts';
import { checkPlcData } from './plc-data.ts';
import { readOperation } from './plc-operation-form.ts';
import { signedBytes, unsignedBytes } from './plc-operation.ts';
import type { PlcOperation, PlcTombstone, UnsignedOperation, UnsignedTombstone } from './plc-operation.ts';

/** The directory takes operations of at most so many bytes of DAG-CBOR, signature included. */
export const MAX_SIGNED_BYTES = 4_000;

/** 64 bytes in base64url without padding. */
const SIGNATURE_TEXT = /^[A-Za-z0-9_-]{86}$/;
const PLACEHOLDER = 'A'.repeat(86);

/**
 * Signs an operation, after checking that the directory will take it. Whether the key may sign an operation that has a
 * previous one is for that one to say, and not checked here. The result shares nothing with the argument.
 * @throws PlcError `OperationForm`, `OperationPrev`, `OperationTooLarge`, what `checkPlcData` throws; `SignerNotAllowed`
 *   for a genesis by a key that is none of its rotation keys; `SignerFailed` for a signature that does not verify
 */
export async function signOperation(signer: Signer, unsigned: UnsignedOperation): Promise<PlcOperation>;
export async function signOperation(signer: Signer, unsigned: UnsignedTombstone): Promise<PlcTombstone>;
export async function signOperation(
  signer: Signer,
  unsigned: UnsignedOperation | UnsignedTombstone,
): Promise<PlcOperation | PlcTombstone> {
  const operation = readOperation({ ...unsigned, sig: PLACEHOLDER });
  if (operation.type === 'create') throw new PlcError('OperationForm', 'The old form is only read');
  if (operation.type === 'plc_operation') checkPlcData(operation);
  if (operation.prev !== null) checkPrev(operation.prev);
  const size = signedBytes(operation).length;
  if (size > MAX_SIGNED_BYTES) throw new PlcError('OperationTooLarge', 'The directory takes at most 4,000 bytes', { size });
  if (operation.type === 'plc_operation' && operation.prev === null) {
    if (!operation.rotationKeys.includes(formatDidKey(signer.publicKey))) {
      throw new PlcError('SignerNotAllowed', 'A new DID is signed by one of its own rotation keys');
    }
  }
  const message = unsignedBytes(operation);
  const signature = await signer.sign(message);
  if (!(await verifySignature(signer.publicKey, message, signature))) {
    throw new PlcError('SignerFailed', 'The signer gave a signature that is none of its key');
  }
  return { ...operation, sig: base64url.baseEncode(signature) };
}

/** The 64 bytes of a `sig`, or undefined where the text is not the one that says them (the decoder refuses spare bits). */
export function decodeSignature(text: string): Uint8Array | undefined {
  if (!SIGNATURE_TEXT.test(text)) return undefined;
  try {
    const bytes = base64url.baseDecode(text);
    return bytes.length === SIGNATURE_SIZE ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function checkPrev(prev: string): void {
  try {
    if (parseCid(prev).codec === 'dag-cbor') return;
  } catch {
    // Falls through to the one error that says what was wanted.
  }
  throw new PlcError('OperationPrev', 'The previous operation is named by a CID of DAG-CBOR');
}
