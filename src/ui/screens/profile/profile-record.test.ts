import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withFields } from './profile-record.ts';

const NOW = '2026-11-25T06:00:00.000Z';
const NOTHING = { displayName: '', description: '', avatar: undefined, banner: undefined };

describe('withFields', () => {
  it('begins a profile', () => {
    assert.deepEqual(withFields(undefined, { ...NOTHING, displayName: 'Ada' }, NOW), {
      $type: 'app.bsky.actor.profile', displayName: 'Ada', createdAt: NOW,
    });
  });

  it('keeps what it does not know', () => {
    const existing = { $type: 'app.bsky.actor.profile', displayName: 'Old', pinnedPost: { uri: 'at://x' }, 'com.example.more': [1] };
    assert.deepEqual(withFields(existing, { ...NOTHING, displayName: 'New', description: 'Hi' }, NOW), {
      $type: 'app.bsky.actor.profile', displayName: 'New', description: 'Hi', pinnedPost: { uri: 'at://x' }, 'com.example.more': [1],
    });
  });

  it('takes away what was emptied', () => {
    const existing = { displayName: 'Old', description: 'Old', avatar: { $type: 'blob' }, banner: { $type: 'blob' } };
    assert.deepEqual(withFields(existing, NOTHING, NOW), { $type: 'app.bsky.actor.profile' });
  });
});
