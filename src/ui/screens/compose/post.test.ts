import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handlesIn, makePost } from './post.ts';

const PLAIN = { text: 'Hello', langs: ['en'], images: [], dids: new Map<string, string>(), createdAt: '2026-11-25T06:00:00.000Z' };

describe('makePost', () => {
  it('makes a plain post without empty fields', () => {
    assert.deepEqual(makePost(PLAIN), { $type: 'app.bsky.feed.post', text: 'Hello', langs: ['en'], createdAt: PLAIN.createdAt });
    assert.ok(!('langs' in makePost({ ...PLAIN, langs: [] })));
  });

  it('carries pictures with what they show and their shape', () => {
    const blob = { $type: 'blob', ref: { $link: 'bafk' }, mimeType: 'image/jpeg', size: 3 };
    const { embed } = makePost({ ...PLAIN, images: [{ blob, alt: 'A hill', width: 4, height: 3 }] });
    assert.deepEqual(embed, {
      $type: 'app.bsky.embed.images', images: [{ image: blob, alt: 'A hill', aspectRatio: { width: 4, height: 3 } }],
    });
  });

  it('marks what is more than text', () => {
    const { facets } = makePost({ ...PLAIN, text: 'Hi @ada.test #tea', dids: new Map([['ada.test', 'did:plc:ada']]) });
    assert.equal((facets as unknown[]).length, 2);
  });
});

it('names every mentioned handle once', () => {
  assert.deepEqual(handlesIn('@ada.test and @bob.test and @Ada.test'), ['ada.test', 'bob.test']);
});
