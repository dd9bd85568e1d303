import fc from 'fast-check';
import type { Write } from '../../src/repo/index.ts';
import { post } from './house.ts';

// Keys of high layers are rare; these were mined so that small trees are tall (layers 5, 6, 7 and 8), beside which
// single keys lie alone, as in no tree of random keys.
const TALL = [
  'app.bsky.feed.post/9adeb165882c', 'app.bsky.feed.post/9ba1c7247ede', 'app.bsky.feed.like/454397e440ec',
  'app.bsky.feed.post/454397e440ec', 'com.example.record/3jqfcqzm4fp2j', 'com.example.record/3jqfcqzm4fd2j',
];
const COLLECTIONS = ['app.bsky.feed.like', 'app.bsky.feed.post', 'app.bsky.graph.follow', 'zz.example.last'];

/** Paths from a pool small enough that batches meet each other. */
export const paths: readonly string[] = [
  ...TALL,
  ...COLLECTIONS.flatMap((collection) => Array.from({ length: 40 }, (_, n) => `${collection}/3k${(n * 7919).toString(36)}`)),
].filter((path, index, all) => all.indexOf(path) === index);

let made = 0;

/** A wish that fits whatever the repository holds: absent → create; present → update or delete. */
export interface Wish {
  readonly path: string;
  readonly wantsDelete: boolean;
}

export const wishes: fc.Arbitrary<Wish[]> = fc.uniqueArray(
  fc.record({ path: fc.constantFrom(...paths), wantsDelete: fc.boolean() }),
  { selector: ({ path }) => path, minLength: 1, maxLength: 25 },
);

/** Turns wishes into writes on a repository that has `present`, and keeps that up to date. */
export function writesFor(batch: readonly Wish[], present: Set<string>): Write[] {
  return batch.map(({ path, wantsDelete }): Write => {
    if (!present.has(path)) {
      present.add(path);
      return { action: 'create', path, record: post(`post ${++made}`) };
    }
    if (!wantsDelete) return { action: 'update', path, record: post(`post ${++made}`) };
    present.delete(path);
    return { action: 'delete', path };
  });
}
