import type { JsonMap } from '../../../protocol/index.ts';

/** What a new record of a collection begins with. `now` is an ISO datetime. */
export function templateFor(collection: string, did: string, now: string): JsonMap {
  const $type = collection;
  switch (collection) {
    case 'app.bsky.feed.post':
      return { $type, text: '', langs: ['en'], createdAt: now };
    case 'app.bsky.feed.like':
    case 'app.bsky.feed.repost':
      return { $type, subject: { uri: '', cid: '' }, createdAt: now };
    case 'app.bsky.graph.follow':
    case 'app.bsky.graph.block':
      return { $type, subject: '', createdAt: now };
    case 'app.bsky.graph.list':
      return { $type, purpose: 'app.bsky.graph.defs#curatelist', name: '', description: '', createdAt: now };
    case 'app.bsky.graph.listitem':
      return { $type, list: `at://${did}/app.bsky.graph.list/`, subject: '', createdAt: now };
    case 'app.bsky.actor.profile':
      return { $type, displayName: '', description: '' };
    default:
      return { $type, createdAt: now };
  }
}

/** The record key that a collection's only record has; undefined where the house makes one. */
export const fixedKey = (collection: string): string | undefined =>
  ['app.bsky.actor.profile', 'app.bsky.actor.status', 'app.bsky.labeler.service', 'chat.bsky.actor.declaration', 'app.bsky.notification.declaration']
    .includes(collection) ? 'self' : undefined;
