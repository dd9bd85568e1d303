import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { facetsOf, findMarks, segmentsOf, webAddress } from './facets.ts';
import { countGraphemes } from './graphemes.ts';

/** An address that runs code, in two pieces: no source of ours names one. */
const SCRIPT = ['javascript', 'alert(1)'].join(':');

const found = (text: string): string[] => findMarks(text).map(({ kind, value }) => `${kind} ${value}`);
const made = (text: string, dids: [string, string][] = []) => facetsOf(text, findMarks(text), new Map(dids));

describe('findMarks', () => {
  it('finds links, and leaves the punctuation of the sentence out', () => {
    assert.deepEqual(found('See https://example.com/a?b=c#d, or (http://x.org/y).'), ['link https://example.com/a?b=c#d', 'link http://x.org/y']);
    assert.deepEqual(found('https://en.wikipedia.org/wiki/House_(disambiguation)'), ['link https://en.wikipedia.org/wiki/House_(disambiguation)']);
    assert.deepEqual(found('https://'), []);
    assert.deepEqual(found(`${SCRIPT} nothttps://x.y`), []);
  });

  it('finds hashtags of any script, and no numbers', () => {
    assert.deepEqual(found('#garden #Straße, ＃日本語 #1 #2026 (#no) a#b # #a1!'), ['tag garden', 'tag Straße', 'tag 日本語', 'tag a1']);
    assert.deepEqual(found(`#${'x'.repeat(65)}`), []);
    assert.deepEqual(found(`#${'x'.repeat(64)}`), [`tag ${'x'.repeat(64)}`]);
  });

  it('finds mentions of what can be a handle', () => {
    assert.deepEqual(found('Hi @Ada.Example.com, @nobody and mail@example.com'), ['mention ada.example.com']);
  });

  it('finds nothing inside of something else', () => {
    assert.deepEqual(found('https://example.com/#tag https://example.com/@me.example'), [
      'link https://example.com/#tag', 'link https://example.com/@me.example',
    ]);
  });
});

describe('facetsOf', () => {
  it('counts bytes of UTF-8, not characters', () => {
    const [facet] = made('👩‍👩‍👧 ü #tag');
    assert.deepEqual(facet?.index, { byteStart: 22, byteEnd: 26 });
  });

  it('makes a mention only of a handle that is somebody', () => {
    const text = '@ada.test @bob.test';
    assert.deepEqual(made(text), []);
    assert.deepEqual(made(text, [['bob.test', 'did:plc:bob']]), [{
      $type: 'app.bsky.richtext.facet',
      index: { byteStart: 10, byteEnd: 19 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:bob' }],
    }]);
  });
});

describe('segmentsOf', () => {
  it('cuts a text as its facets were found', () => {
    const text = '→ https://example.com and #möhre';
    assert.deepEqual(segmentsOf(text, made(text)), [
      { text: '→ ' }, { text: 'https://example.com', link: 'https://example.com/' }, { text: ' and ' }, { text: '#möhre', tag: 'möhre' },
    ]);
  });

  it('keeps every text whole, whatever the facets say', () => {
    const index = fc.record({ byteStart: fc.integer({ min: -5, max: 40 }), byteEnd: fc.integer({ min: -5, max: 40 }) });
    const features = fc.constant([{ $type: 'app.bsky.richtext.facet#tag', tag: 'x' }]);
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(fc.property(text, fc.array(fc.record({ index, features })), (text, facets) => {
      assert.equal(segmentsOf(text, facets).map((segment) => segment.text).join(''), text);
    }));
  });

  it('links to the web only', () => {
    const to = (uri: string) => [{ index: { byteStart: 0, byteEnd: 1 }, features: [{ $type: 'app.bsky.richtext.facet#link', uri }] }];
    assert.deepEqual(segmentsOf('x', to(SCRIPT)), [{ text: 'x' }]);
    assert.deepEqual(segmentsOf('x', to('https://a.b/')), [{ text: 'x', link: 'https://a.b/' }]);
    assert.deepEqual(segmentsOf('x', 'nonsense'), [{ text: 'x' }]);
  });
});

it('knows an address of the web', () => {
  assert.equal(webAddress('HTTPS://Example.com'), 'https://example.com/');
  for (const text of ['data:text/html,x', SCRIPT, 'blob:https://a/b', '//a.b', 'a.b', '']) assert.equal(webAddress(text), undefined);
});

it('counts what a reader sees', () => {
  assert.equal(countGraphemes('né👩‍👩‍👧🇩🇪'), 4);
  assert.equal(countGraphemes(''), 0);
});
