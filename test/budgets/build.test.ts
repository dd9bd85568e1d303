import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildIfStale, dist } from '../../scripts/build.mjs';
import { readHeadersFile } from '../../scripts/lib/headers-file.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Gzip, in bytes; architecture.md and style.md set them, for the worker that is the server as for the one of long jobs. */
const BUDGETS = { shell: 120 * 1024, worker: 110 * 1024 } as const;

let files: string[] = [];

const read = (path: string): string => readFileSync(join(dist, path), 'utf8');
const sizeOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path)), { level: 9 }).length, 0);
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

/** What a page loads before it shows: itself, its scripts and styles, and what those import at once. */
function loadedAtFirst(page: string): string[] {
  const found = new Set([page]);
  for (const path of found) {
    const pattern = path.endsWith('.html')
      ? /<(?:script|link)\b[^>]*\b(?:src|href)="\/(assets\/[^"]+)"/g
      : /\b(?:import|from)\s*["']\.\/([^"']+)["']/g;
    const prefix = path.endsWith('.html') ? '' : 'assets/';
    for (const [, name] of read(path).matchAll(pattern)) found.add(`${prefix}${name}`);
  }
  return [...found];
}

before(async () => {
  await buildIfStale();
  files = globSync('**/*', { cwd: dist, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1));
  assert.ok(files.length > 0, 'nothing was built');
});

describe('sizes, gzip', () => {
  it('what the first screen loads stays within its budget', (t) => {
    const shell = loadedAtFirst('index.html');
    assert.ok(shell.some((path) => path.endsWith('.js')) && shell.some((path) => path.endsWith('.css')), shell.join());
    for (const screen of ['welcome', 'home']) {
      const [chunk] = files.filter((path) => new RegExp(`^assets/${screen}-.*\\.js$`).test(path));
      assert.ok(chunk !== undefined, `there is no chunk of the screen ${screen}`);
      const size = sizeOf([...new Set([...shell, ...loadedAtFirst(chunk)])]);
      t.diagnostic(`count: ${screen} ${kilobytes(size)} of ${kilobytes(BUDGETS.shell)}, with the shell`);
      assert.ok(size <= BUDGETS.shell, `${screen} takes ${kilobytes(size)}, and may take ${kilobytes(BUDGETS.shell)}`);
    }
  });

  it('the workers stay within their budget', (t) => {
    const jobs = files.filter((path) => /^assets\/jobs-.*\.js$/.test(path));
    assert.equal(jobs.length, 1, files.join());
    for (const entry of ['sw.js', jobs[0]!]) {
      const paths = loadedAtFirst(entry);
      const size = sizeOf(paths);
      t.diagnostic(`count: worker ${kilobytes(size)} of ${kilobytes(BUDGETS.worker)}: ${paths.map((path) => basename(path)).join(', ')}`);
      assert.ok(size <= BUDGETS.worker, `${entry} is ${kilobytes(size)}, and may be ${kilobytes(BUDGETS.worker)}`);
    }
  });
});

describe('what is built', () => {
  const scripts = () => {
    const paths = files.filter((path) => path.endsWith('.js'));
    assert.ok(paths.length >= 2, 'there must be a script of the page and one of the worker');
    return paths;
  };

  it('has a service worker that is one file, and keeps every file of the pages', () => {
    const worker = read('sw.js');
    assert.deepEqual(loadedAtFirst('sw.js'), ['sw.js']);
    assert.doesNotMatch(worker, /\bimport\s*\(\s*["'`]\.|importScripts\(|__WB_MANIFEST/);
    const pages = files.filter((path) => /\.(?:html|js|css|svg|webmanifest)$/.test(path) && path !== 'sw.js');
    const forgotten = pages.filter((path) => !worker.includes(`"${path}"`));
    assert.deepEqual(forgotten, []);
  });

  it('holds no decorator: some bundlers let them through, and no browser reads them', () => {
    const decorator = /(?:^|[\s;{}])@(?!media\b|supports\b|container\b|layer\b|import\b)[A-Za-z_$][\w$.]*\s*\(/;
    assert.match('class{@property({a:1})x}', decorator);
    for (const path of scripts()) assert.doesNotMatch(read(path), decorator, path);
  });

  it('imports nothing of Node', () => {
    const ofNode = /["'`]node:[a-z]/;
    assert.match('import"node:crypto"', ofNode);
    for (const path of scripts()) assert.doesNotMatch(read(path), ofNode, path);
  });

  it('names no other host to load from', () => {
    for (const path of files.filter((name) => /\.(?:html|css|webmanifest)$/.test(name))) {
      assert.doesNotMatch(read(path), /(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?\/\//, path);
    }
  });

  it('has no script or style in its pages, which the policy would refuse', () => {
    for (const path of files.filter((name) => name.endsWith('.html'))) {
      assert.doesNotMatch(read(path), /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/, path);
    }
  });
});

describe('the policy', () => {
  it('says the same in the page and in the headers, which add who may frame the page', () => {
    const headers = readHeadersFile(read('_headers'))('/index.html');
    const sent = headers['content-security-policy'];
    const [, written] = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(read('index.html')) ?? [];
    assert.ok(sent && written);
    assert.equal(sent.replace(" frame-ancestors 'none';", ''), written);
    assert.notEqual(sent, written);
  });

  it('is the same for workers, and the files with hashed names alone are kept for long', () => {
    const headersFor = readHeadersFile(readFileSync(join(ROOT, 'public/_headers'), 'utf8'));
    assert.equal(headersFor('/assets/jobs-x.js')['content-security-policy'], headersFor('/')['content-security-policy']);
    assert.match(headersFor('/assets/jobs-x.js')['cache-control'] ?? '', /immutable/);
    assert.equal(headersFor('/sw.js')['content-security-policy'], headersFor('/')['content-security-policy']);
    for (const path of ['/', '/index.html', '/sw.js']) assert.equal(headersFor(path)['cache-control'], 'no-cache', path);
    assert.equal(headersFor('/icon.svg')['cache-control'], undefined);
  });

  it('is what docs/hosting.md tells a host to send, for the addresses that are screens', () => {
    const doc = readFileSync(join(ROOT, 'docs/hosting.md'), 'utf8').toLowerCase();
    const { 'cache-control': _, ...headers } = readHeadersFile(readFileSync(join(ROOT, 'public/_headers'), 'utf8'))('/');
    for (const [name, value] of Object.entries(headers)) {
      const text = value.toLowerCase();
      assert.ok([`${name} ${text}\n`, `${name} "${text}"\n`].some((line) => doc.includes(line)), name);
    }
    const screens = readFileSync(join(ROOT, 'public/_redirects'), 'utf8').split('\n').filter((line) => line.startsWith('/'));
    assert.ok(doc.includes(`@screen path ${screens.map((line) => line.split(' ')[0]).join(' ')}\n`));
  });
});
