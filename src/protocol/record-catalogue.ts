import * as profile from '@atcute/bluesky/types/app/actor/profile';
import * as status from '@atcute/bluesky/types/app/actor/status';
import * as generator from '@atcute/bluesky/types/app/feed/generator';
import * as like from '@atcute/bluesky/types/app/feed/like';
import * as post from '@atcute/bluesky/types/app/feed/post';
import * as postgate from '@atcute/bluesky/types/app/feed/postgate';
import * as repost from '@atcute/bluesky/types/app/feed/repost';
import * as threadgate from '@atcute/bluesky/types/app/feed/threadgate';
import * as block from '@atcute/bluesky/types/app/graph/block';
import * as follow from '@atcute/bluesky/types/app/graph/follow';
import * as list from '@atcute/bluesky/types/app/graph/list';
import * as listblock from '@atcute/bluesky/types/app/graph/listblock';
import * as listitem from '@atcute/bluesky/types/app/graph/listitem';
import * as starterpack from '@atcute/bluesky/types/app/graph/starterpack';
import * as verification from '@atcute/bluesky/types/app/graph/verification';
import * as labeler from '@atcute/bluesky/types/app/labeler/service';
import * as notifications from '@atcute/bluesky/types/app/notification/declaration';
import * as chat from '@atcute/bluesky/types/chat/actor/declaration';
import { safeParse } from '@atcute/lexicons/validations';
import type { ObjectSchema, RecordKeySchema, RecordSchema } from '@atcute/lexicons/validations';
import type { JsonValue } from './json.ts';

type KnownRecord = RecordSchema<ObjectSchema, RecordKeySchema>;

/** The records whose lexicons are known here, by collection. */
const RECORDS: Readonly<Record<string, KnownRecord>> = {
  'app.bsky.actor.profile': profile.mainSchema,
  'app.bsky.actor.status': status.mainSchema,
  'app.bsky.feed.generator': generator.mainSchema,
  'app.bsky.feed.like': like.mainSchema,
  'app.bsky.feed.post': post.mainSchema,
  'app.bsky.feed.postgate': postgate.mainSchema,
  'app.bsky.feed.repost': repost.mainSchema,
  'app.bsky.feed.threadgate': threadgate.mainSchema,
  'app.bsky.graph.block': block.mainSchema,
  'app.bsky.graph.follow': follow.mainSchema,
  'app.bsky.graph.list': list.mainSchema,
  'app.bsky.graph.listblock': listblock.mainSchema,
  'app.bsky.graph.listitem': listitem.mainSchema,
  'app.bsky.graph.starterpack': starterpack.mainSchema,
  'app.bsky.graph.verification': verification.mainSchema,
  'app.bsky.labeler.service': labeler.mainSchema,
  'app.bsky.notification.declaration': notifications.mainSchema,
  'chat.bsky.actor.declaration': chat.mainSchema,
};

/** What a lexicon says of a record: `unknown` where the lexicon itself is. */
export type RecordFinding = 'valid' | 'unknown' | { readonly fault: string };

/** Holds a record, in its JSON form, and its record key to the lexicon of its collection. */
export function validateRecord(collection: string, rkey: string, record: JsonValue): RecordFinding {
  const schema = Object.hasOwn(RECORDS, collection) ? RECORDS[collection] : undefined;
  if (schema === undefined) return 'unknown';
  const key = safeParse(schema.key, rkey);
  if (!key.ok) return { fault: `its record key does not fit (${key.message})` };
  const value = safeParse(schema.object, record, { strict: true });
  return value.ok ? 'valid' : { fault: value.message };
}
