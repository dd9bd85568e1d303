import { safeParse } from '@atcute/lexicons/validations';
import { fromJson, lexicons, toJson } from '../../protocol/index.ts';
import type { Did } from '../../protocol/index.ts';
import { limitedFetch, NetworkError } from '../../identity/index.ts';
import type { Fetch } from '../../identity/index.ts';
import type { House } from '../house.ts';
import type { Account } from '../ports/account.ts';
import type { PairedMirror } from '../ports/paired-mirror.ts';
import { Signers } from '../write/signers.ts';
import { jsonOf } from './mirror-client.ts';
import { MirrorError } from './mirror-error.ts';
import { mirrorClient } from './paired.ts';
import { address } from './public-reads.ts';

/** A sealed copy of a kit, as a mirror gives it out. Nothing in it is believed before it is opened. */
export interface KitAtMirror {
  /** What opens it, as it was put there. */
  readonly kind: 'passphrase' | 'passkey';
  readonly file: Uint8Array;
  /** When it came there, as the mirror says: an ISO datetime. */
  readonly storedAt: string;
}

type Parts = Pick<House, 'store' | 'fetch' | 'now'>;

/** A mirror keeps no more of one copy. */
export const MAX_KIT_AT_MIRROR_BYTES = 16_384;

const MS = 15_000;
const ANSWER_BYTES = 100_000;
/** So a server answers that knows no such method; whatever else it says, one that is in its way may have said. */
const UNKNOWN_METHOD = [400, 401, 404, 405, 501];

/**
 * The sealed kits of an account that a server gives out; none where it says that it has none.
 * @param url its origin
 * @throws MirrorError MirrorUnreachable; MirrorRefused MethodNotImplemented for one that keeps no kits; the reason of the signal
 */
export async function kitsAt(fetch: Fetch, url: string, did: Did, signal?: AbortSignal): Promise<readonly KitAtMirror[]> {
  const schema = lexicons.AppHoldfastMirrorGetKits.mainSchema;
  const answer = await limitedFetch(fetch, address(url, schema.nsid, { did }), {}, { ms: MS, bytes: ANSWER_BYTES, signal }).catch((cause: unknown) => {
    if (!(cause instanceof NetworkError)) throw cause;
    throw new MirrorError('MirrorUnreachable', 'Nothing was changed. The mirror gave no answer.', { cause });
  });
  const found = answer.status === 200 ? safeParse(schema.output.schema, jsonOf(answer)) : undefined;
  if (found?.ok === true) {
    try {
      return found.value.kits.map(({ kind, file, storedAt }) => ({ kind, file: fromJson(file) as Uint8Array, storedAt }));
    } catch {
      // As any answer that makes no sense.
    }
  }
  if (answer.status === 429) throw new MirrorError('MirrorUnreachable', 'Nothing was changed. The mirror was asked too often from here; try again in five minutes.');
  if (!UNKNOWN_METHOD.includes(answer.status)) {
    throw new MirrorError('MirrorUnreachable', `Nothing was changed. The mirror gave no answer that makes sense (${answer.status}).`);
  }
  throw new MirrorError('MirrorRefused', 'Nothing was changed. This server keeps no copies of kits: it is no mirror of Holdfast, or one of an earlier version.', { reason: 'MethodNotImplemented' });
}

/** Puts a sealed kit with the mirror of an account, in the place of the one of its kind. @throws as `MirrorClient.call`; StoreError */
export async function putKitAt(
  parts: Parts, account: Account, mirror: PairedMirror, { kind, file }: Pick<KitAtMirror, 'kind' | 'file'>, signal?: AbortSignal,
): Promise<void> {
  const client = await mirrorClient({ ...parts, signers: new Signers(parts.store) }, account, mirror);
  await client.call(lexicons.AppHoldfastMirrorPutKit.mainSchema, { input: { kind, file: toJson(file) as { readonly $bytes: string } }, ...(signal !== undefined && { signal }) });
}

/** Has the mirror of an account delete the sealed kit of one kind. @throws as `MirrorClient.call`; StoreError */
export async function removeKitAt(parts: Parts, account: Account, mirror: PairedMirror, kind: KitAtMirror['kind'], signal?: AbortSignal): Promise<void> {
  const client = await mirrorClient({ ...parts, signers: new Signers(parts.store) }, account, mirror);
  await client.call(lexicons.AppHoldfastMirrorRemoveKit.mainSchema, { input: { kind }, ...(signal !== undefined && { signal }) });
}
