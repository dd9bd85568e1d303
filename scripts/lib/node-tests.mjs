// Runs test files with node:test, each in a process of its own, and counts what they really ran.
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

const CONCURRENCY = 2;

/** Most files load the same modules: what Node made of them is kept for the next one. */
process.env.NODE_COMPILE_CACHE ??= resolve(root, 'node_modules/.cache/compiled');

/** After this a test that hangs is failed. Far beyond what any takes, so that a slow machine does not fail. */
const HANG_MS = 20 * 60_000;

/**
 * Runs the files, prints a line for each, failures in full, and diagnostics that begin with "count:".
 *
 * Only leaves are counted: a suite, or a test that has subtests, is no test of its own, but counts as a failure when it
 * fails by itself. A skipped test, and a file without any test, are failures: what cannot run here is for the layer to
 * name.
 * @param {string[]} patterns of files, from the root of the repository
 * @param {number} hangMs after how many milliseconds a test counts as hanging
 * @param {string[]} except patterns of files among them that are not run
 * @returns {Promise<{ passed: number, failed: number, failures: string[], notRun: string[] }>} zeros when no file fits; failures as they were printed
 */
export async function runNodeTests(patterns, hangMs = HANG_MS, except = []) {
  const files = globSync(patterns, { cwd: root, exclude: except }).sort();
  const counts = { passed: 0, failed: 0, failures: [], notRun: [] };
  const queue = files.values();
  const worker = async () => {
    for (const file of queue) {
      const { passed, failed, text } = await runFile(file, hangMs);
      console.log(text);
      counts.passed += passed;
      counts.failed += failed;
      if (failed > 0) counts.failures.push(text);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return counts;
}

/** Its own stream for each file: an event names where a test was written down, which may be a helper of many files. */
async function runFile(file, hangMs) {
  const path = resolve(root, file);
  const tally = new Tally(path);
  const start = performance.now();
  const stream = run({ files: [path], cwd: root, isolation: 'process', concurrency: 1, timeout: hangMs });
  stream.on('test:pass', (event) => tally.ended(event));
  stream.on('test:fail', (event) => tally.ended(event));
  stream.on('test:diagnostic', ({ message }) => tally.said(message));
  stream.on('test:summary', ({ file: of }) => (tally.complete ||= of === path));
  stream.on('test:stdout', ({ message }) => tally.output.push(message));
  stream.on('test:stderr', ({ message }) => tally.output.push(message));
  for await (const event of stream) void event;
  if (tally.passed + tally.failed === 0) tally.fail('registers no test');
  else if (!tally.complete && tally.failed === 0) tally.fail('ended before its last test');
  return { passed: tally.passed, failed: tally.failed, text: tally.text(relative(root, path), (performance.now() - start) / 1000) };
}

class Tally {
  passed = 0;
  failed = 0;
  /** Whether the process came to its end, and summed up. */
  complete = false;
  counts = [];
  output = [];
  #path;
  #failures = [];
  /** How deep the last test lay. Children end before their parent, so a deeper one before makes it no leaf. */
  #nesting = 0;

  constructor(path) {
    this.#path = path;
  }

  ended({ name, nesting, skip, todo, details }) {
    const hasChildren = this.#nesting > nesting;
    this.#nesting = nesting;
    const isFile = nesting === 0 && resolve(root, name) === this.#path;
    const { error } = details;
    if (error !== undefined) {
      // The failure of a child is reported at the child.
      if (error.failureType !== 'subtestsFailed') this.fail(isFile ? 'the file itself failed' : name, error.cause ?? error);
    } else if (details.type === 'suite' || isFile || hasChildren) {
      // No test of its own.
    } else if (skip !== undefined || todo !== undefined) {
      this.fail(`${name}: skipped${typeof skip === 'string' && skip !== '' ? ` (${skip})` : ''}`);
    } else {
      this.passed++;
    }
  }

  said(message) {
    if (message.startsWith('count:')) this.counts.push(message);
    // What was thrown when no test ran is only said in this way.
    else if (message.startsWith('Error:')) this.output.push(`${message}\n`);
  }

  fail(name, error) {
    this.failed++;
    this.#failures.push({ name, error });
  }

  text(file, seconds) {
    const sum = `${this.passed} passed${this.failed > 0 ? `, ${this.failed} FAILED` : ''}`;
    const lines = [`  ${this.failed > 0 ? '✖' : '✔'} ${file}  ${sum}  ${seconds.toFixed(1)} s`];
    for (const count of this.counts) lines.push(`      ${count}`);
    for (const { name, error } of this.#failures) {
      lines.push(`    ✖ ${name}`);
      if (error !== undefined) lines.push(indent(typeof error === 'string' ? error : inspect(error, { depth: 5 })));
    }
    const output = this.output.join('').trimEnd();
    if (this.failed > 0 && output !== '') lines.push('    what it printed:', indent(output));
    return lines.join('\n');
  }
}

const indent = (text) => text.replaceAll(/^/gm, '      ');
