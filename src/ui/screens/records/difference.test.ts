import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { diffLines, foldSame } from './difference.ts';
import type { DiffLine } from './difference.ts';

const shown = (lines: readonly DiffLine[]): string[] =>
  lines.map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`);

describe('diffLines', () => {
  it('shows a changed line as removed and added, in its place', () => {
    assert.deepEqual(shown(diffLines('a\nb\nc', 'a\nB\nc')), [' a', '-b', '+B', ' c']);
  });

  it('keeps what is common in the middle', () => {
    assert.deepEqual(shown(diffLines('a\nb\nc\nd', 'b\nx\nd\ne')), ['-a', ' b', '-c', '+x', ' d', '+e']);
  });

  it('knows nothing as the text without lines', () => {
    assert.deepEqual(shown(diffLines('', 'a\nb')), ['+a', '+b']);
    assert.deepEqual(shown(diffLines('a', '')), ['-a']);
    assert.deepEqual(diffLines('', ''), []);
  });

  it('gives both texts back, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const side = (without: string): string => lines.filter(({ kind }) => kind !== without).map((line) => line.text).join('\n');
      assert.equal(side('added'), before);
      assert.equal(side('removed'), after);
    }));
  });

  it('replaces as a whole what is too long to compare', () => {
    const lines = (letter: string): string => Array.from({ length: 2_500 }, (_, index) => `${letter}${index}`).join('\n');
    const difference = diffLines(`first\n${lines('a')}\nlast`, `first\n${lines('b')}\nlast`);
    assert.equal(difference.length, 5_002);
    assert.deepEqual(difference[0], { kind: 'same', text: 'first' });
  });
});

describe('foldSame', () => {
  it('leaves out what is far from a change, and counts it', () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const after = before.with(15, 'changed');
    const folded = foldSame(diffLines(before.join('\n'), after.join('\n')), 2);
    assert.deepEqual(folded.map((line) => (line.kind === 'gap' ? `… ${line.count}` : line.text)), [
      '… 13', 'line 13', 'line 14', 'line 15', 'changed', 'line 16', 'line 17', '… 12',
    ]);
  });

  it('says of two equal texts only that they are equal', () => {
    assert.deepEqual(foldSame(diffLines('a\nb', 'a\nb')), [{ kind: 'gap', count: 2 }]);
  });
});
