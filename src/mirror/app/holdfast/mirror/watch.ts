import { XrpcError } from '../../../../pds/index.ts';
import { datetimeFromMs, lexicons } from '../../../../protocol/index.ts';
import { defineAccountMethod } from '../../../account-method.ts';
import { keptAccount } from '../../../standing.ts';

/** A DID that changes as often as its directory lets it has fewer in two months. */
const MOST_CLAIMED = 1_000;

export const watch = defineAccountMethod(lexicons.AppHoldfastMirrorWatch.mainSchema, async ({ host, did, isFormer, input }) => {
  const { copies, watcher } = host;
  await keptAccount(host, did);
  const before = await copies.watched(did);
  const known = new Set(before.claimed);
  // Whoever has a key of before may know what was seen; what they say of it counts no more.
  const news = isFormer ? [] : input.operations.filter((cid) => !known.has(cid));
  if (known.size + news.length > MOST_CLAIMED) {
    throw new XrpcError(400, 'TooManyOperations', 'The houses of this account have claimed more operations than one DID can have. Nothing was changed.');
  }
  if (news.length > 0) await copies.claim(did, news);
  watcher.soon(did, before);
  const seen = new Set(before.operations.map(({ cid }) => cid));
  if (news.some((cid) => !seen.has(cid))) watcher.claimed(did);
  const claimed = new Set([...known, ...news]);
  return {
    ...(before.lookedAt !== undefined && { lookedAt: datetimeFromMs(before.lookedAt) }),
    operations: before.operations.map(({ cid, body, createdAt, nullified, seenAt, isShown }) => ({
      cid, operation: JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>, createdAt: datetimeFromMs(createdAt), nullified,
      seenAt: datetimeFromMs(seenAt), isShown, isClaimed: claimed.has(cid),
    })),
  };
}, { formerKeys: true });
