import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { plantedTree, root, runTool } from './plants.ts';

/** What may stand nowhere in the code, because a linter cannot see it in templates and options. */
const BANNED: readonly RegExp[] = [
  /\.(inner|outer)HTML\s*=/i,
  /\bunsafe(HTML|SVG|MathML|Static)\b/,
  /\bskipCidVerification\b/,
  /\beval\s*\(/,
  /\bnew Function\b/,
  /\bset(Timeout|Interval)\s*\(\s*['"`]/,
  /@(customElement|property|state|query)\s*\(/,
];

/** Each line is planted in a file of its own, and refused by this rule. */
const PLANTS: Readonly<Record<string, string>> = {
  "export const run = (text: string) => eval(text);": 'eslint(no-eval)',
  "export const run = (text: string) => new Function(text);": 'eslint(no-new-func)',
  "export const show = (host: Element, text: string) => { host.innerHTML = text; };": 'eslint(no-restricted-properties)',
  "export const show = (host: Element, text: string) => { host.outerHTML = text; };": 'eslint(no-restricted-properties)',
  "export const show = (host: Element, text: string) => host.insertAdjacentHTML('afterend', text);":
    'eslint(no-restricted-properties)',
  "export const show = (text: string) => new DOMParser().parseFromString(text, 'text/html');": 'eslint(no-restricted-properties)',
  "export const show = (text: string) => document.write(text);": 'eslint(no-restricted-properties)',
  "export { unsafeHTML } from 'lit/directives/unsafe-html.js';": 'eslint(no-restricted-imports)',
  "export { unsafeSVG } from 'lit/directives/unsafe-svg.js';": 'eslint(no-restricted-imports)',
  "export const load = (name: string) => import(`./${name}.ts`);": 'import(no-dynamic-require)',
  "export { unsafeStatic } from 'lit/static-html.js';": 'eslint(no-restricted-imports)',
};

const HIDDEN_TESTS: Readonly<Record<string, string>> = Object.fromEntries(
  ['it', 'test', 'describe'].flatMap((kind) => ['only', 'skip', 'todo'].map((way) => [
    `import { ${kind} } from 'node:test';\n${kind}.${way}('name', () => undefined);`, 'eslint(no-restricted-properties)',
  ])),
);

describe('the linter refuses', () => {
  async function refused(plants: Readonly<Record<string, string>>, ending: string): Promise<void> {
    const tree = await plantedTree(['.oxlintrc.json', 'package.json']);
    const files = Object.entries(plants).map(([text], index) => [`src/ui/planted-${index}${ending}`, `${text}\n`] as const);
    await tree.write(Object.fromEntries(files));
    const { output } = await runTool('oxlint/bin/oxlint', ['-f', 'json', 'src'], tree.path);
    const { diagnostics } = JSON.parse(output) as { diagnostics: { filename: string; code: string }[] };
    Object.entries(plants).forEach(([text, rule], index) => {
      const codes = diagnostics.filter(({ filename }) => filename === files[index]![0]).map(({ code }) => code);
      assert.ok(codes.includes(rule), `${text}\n${codes.join()}`);
    });
  }

  it('what turns text into code or markup, or hides what it imports', () => refused(PLANTS, '.ts'));
  it('tests that hide others or are not run', () => refused(HIDDEN_TESTS, '.test.ts'));
});

it('no file has what is banned everywhere', () => {
  const files = globSync(['src/**/*.{ts,css}', '*.html', 'public/**/*.{js,html}'], { cwd: root });
  assert.ok(files.length > 50);
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const banned of BANNED) assert.doesNotMatch(text, banned, file);
  }
});
