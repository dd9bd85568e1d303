import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidSyntaxError } from '../../src/protocol/index.ts';
import { assertCount } from './counts.ts';
import { vectorLines } from './files.ts';

/** A syntax type, as its vectors see it. */
export interface SyntaxUnderTest {
  /** The files of the vectors begin with it. */
  readonly name: string;
  readonly is: (text: string) => boolean;
  readonly parse: (text: string) => unknown;
  /** Kinds of files of refused texts besides `syntax_invalid`. */
  readonly alsoInvalid?: readonly string[];
}

/** Runs all public vectors of a syntax, and inputs made to take long. */
export function testSyntax({ name, is, parse, alsoInvalid = [] }: SyntaxUnderTest): void {
  test(`${name}: valid`, (t) => {
    const lines = vectorLines(`atproto-interop-tests/syntax/${name}_syntax_valid.txt`);
    for (const line of lines) {
      assert.ok(is(line), `refused ${JSON.stringify(line)}`);
      parse(line);
    }
    assertCount(t, `syntax ${name} valid`, lines.length);
  });

  for (const kind of ['syntax_invalid', ...alsoInvalid]) {
    test(`${name}: ${kind}`, (t) => {
      const lines = vectorLines(`atproto-interop-tests/syntax/${name}_${kind}.txt`);
      for (const line of lines) {
        assert.ok(!is(line), `accepted ${JSON.stringify(line)}`);
        assert.throws(() => parse(line), InvalidSyntaxError, `parsed ${JSON.stringify(line)}`);
      }
      assertCount(t, `syntax ${name} ${kind}`, lines.length);
    });
  }

  // An expression that backtracks by the square would take minutes here, by more than that for ever. The shorter ones
  // are within the limits of one syntax or another, so that more than the limit looks at them.
  test(`${name}: long texts`, () => {
    for (const size of [120, 250, 310, 2000, 8000]) for (const text of longTexts(name, size)) is(text);
    for (const text of longTexts(name, 100_000)) assert.ok(!is(text), `accepted ${JSON.stringify(text.slice(0, 40))}…`);
    assert.ok(!is(''), 'accepted the empty text');
  });
}

const UNITS = [
  'a', '-', '.', ':', '/', '0', '%', '%4', 'a.', 'a-', 'a:', 'a/', '-a', '~', ' ', '\n', '\0', 'é', '\u{1f600}', '\ud800',
];

function longTexts(name: string, size: number): string[] {
  const [first = ''] = vectorLines(`atproto-interop-tests/syntax/${name}_syntax_valid.txt`);
  const texts = UNITS.map((unit) => unit.repeat(size / unit.length));
  return [...texts, ...texts.map((text) => first + text), ...texts.map((text) => `${first}.${text}!`)];
}
