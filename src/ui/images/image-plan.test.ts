import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageKindOf } from './image-kind.ts';
import { attemptsFor, AVATAR, BANNER, fitWithin, POST_IMAGE } from './image-plan.ts';

describe('fitWithin', () => {
  it('keeps the shape, and never enlarges', () => {
    assert.deepEqual(fitWithin(4_000, 3_000, POST_IMAGE), { width: 2_000, height: 1_500 });
    assert.deepEqual(fitWithin(300, 200, POST_IMAGE), { width: 300, height: 200 });
    assert.deepEqual(fitWithin(6_000, 6_000, BANNER), { width: 1_000, height: 1_000 });
    assert.deepEqual(fitWithin(50_000, 3, AVATAR), { width: 1_000, height: 1 });
  });
});

describe('attemptsFor', () => {
  const opaque = { lossless: false, transparent: false };

  it('writes a photo as JPEG, worse and smaller each time', () => {
    const attempts = attemptsFor(4_000, 3_000, POST_IMAGE, opaque);
    assert.ok(attempts.every(({ type }) => type === 'image/jpeg'));
    assert.deepEqual(attempts[0], { type: 'image/jpeg', quality: 0.9, width: 2_000, height: 1_500 });
    assert.deepEqual(attempts.at(-1), { type: 'image/jpeg', quality: 0.68, width: 600, height: 450 });
    const cost = attempts.map(({ width, quality }) => width * 10 + quality);
    assert.deepEqual(cost, cost.toSorted((a, b) => b - a));
  });

  it('tries a drawing without loss first, and keeps what shows through', () => {
    const types = attemptsFor(100, 100, POST_IMAGE, { lossless: true, transparent: true }).map(({ type }) => type);
    assert.equal(types[0], 'image/png');
    assert.ok(types.slice(1).every((type) => type === 'image/webp'));
  });
});

describe('imageKindOf', () => {
  const kind = (text: string) => imageKindOf(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));

  it('goes by the bytes', () => {
    assert.equal(kind('\u00FF\u00D8\u00FF\u00E0rest'), 'image/jpeg');
    assert.equal(kind('\u0089PNG\r\n\u001A\n'), 'image/png');
    assert.equal(kind('GIF89a'), 'image/gif');
    assert.equal(kind('RIFF1234WEBPVP8 '), 'image/webp');
    assert.equal(kind('1234ftypavif'), 'image/avif');
  });

  it('shows nothing that could be a document', () => {
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg">', '<!doctype html>', '%PDF-1.7', 'RIFF1234WAVE', '']) {
      assert.equal(kind(text), undefined);
    }
  });
});
