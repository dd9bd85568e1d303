import { XrpcError } from '../../../../pds/index.ts';
import { datetimeFromMs, formatDidKey, fromJson, lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { openAccount } from '../../../standing.ts';

export const putKit = defineAccountMethod(lexicons.AppHoldfastMirrorPutKit.mainSchema, async ({ host, did, input }) => {
  const file = fileOf(input.file);
  await openAccount(host, did);
  // The key that the caller's token was verified with a moment ago.
  const { signingKey } = await host.identities.of(did);
  if (signingKey === undefined) throw new XrpcError(503, 'IdentityUnknown', 'The DID document names no key that signs for the account. Nothing was kept.');
  const storedAt = await host.copies.putKit(did, { kind: input.kind, file, signingKey: formatDidKey(signingKey) });
  host.log(`${did} put a sealed kit of ${file.length} bytes here`);
  return { storedAt: datetimeFromMs(storedAt) };
});

/** @throws XrpcError InvalidRequest */
function fileOf(file: unknown): Uint8Array {
  try {
    const bytes = fromJson(file as Parameters<typeof fromJson>[0]);
    if (bytes instanceof Uint8Array && bytes.length > 0) return bytes;
  } catch {
    // The one error below says what was wanted.
  }
  throw new XrpcError(400, 'InvalidRequest', 'The file is bytes, as base64. Nothing was kept.');
}
