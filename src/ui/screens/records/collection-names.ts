import { msg } from '../../i18n.ts';

const NAMES: Readonly<Record<string, () => string>> = {
  'app.bsky.actor.profile': () => msg('Profile'),
  'app.bsky.actor.status': () => msg('Status'),
  'app.bsky.feed.generator': () => msg('Feeds'),
  'app.bsky.feed.like': () => msg('Likes'),
  'app.bsky.feed.post': () => msg('Posts'),
  'app.bsky.feed.postgate': () => msg('Post rules'),
  'app.bsky.feed.repost': () => msg('Reposts'),
  'app.bsky.feed.threadgate': () => msg('Reply rules'),
  'app.bsky.graph.block': () => msg('Blocks'),
  'app.bsky.graph.follow': () => msg('Follows'),
  'app.bsky.graph.list': () => msg('Lists'),
  'app.bsky.graph.listblock': () => msg('Blocked lists'),
  'app.bsky.graph.listitem': () => msg('List members'),
  'app.bsky.graph.starterpack': () => msg('Starter packs'),
  'app.bsky.graph.verification': () => msg('Verifications'),
  'app.bsky.labeler.service': () => msg('Labeler'),
  'app.bsky.notification.declaration': () => msg('Notification settings'),
  'chat.bsky.actor.declaration': () => msg('Chat settings'),
  'com.atproto.lexicon.schema': () => msg('Lexicons'),
};

/** What people call the records of a collection; of an unknown one, the last part of its NSID. */
export function collectionName(nsid: string): string {
  const known = NAMES[nsid]?.();
  if (known !== undefined) return known;
  const name = nsid.split('.').at(-1) ?? nsid;
  const words = name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
