import type { Page } from 'puppeteer-core';
import { DOCUMENTS, IDENTITY, NAMES } from './fake-identity.ts';

/** How a job ends in a page whose jobs are played. `stuck`: not at all, it stays in the middle; `doubted`: two verifiers disagree. */
export type Ending = 'done' | 'failed' | 'stuck' | 'doubted';

/** What a short job answers, by what it is asked, else by its name; an error where it has a `code`. */
export type Answers = Readonly<Record<string, object>>;

/** Plays the worker of the jobs, so that a page can be brought into any state of them. Before the page is visited. */
export async function playJobs(page: Page, endings: Readonly<Partial<Record<'save' | 'verify' | 'restore' | 'check' | 'mend' | 'identity', Ending>>>, identity: object = IDENTITY, answers: Answers = {}): Promise<void> {
  await page.evaluateOnNewDocument((endings: Readonly<Record<string, Ending>>, identity: object, names: Readonly<Record<string, object>>, answers: Answers) => {
    const contents = {
      did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', head: 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy', rev: '3m6f2k5wq7s2x',
      records: 1_284, bytes: 4_123_456, blobs: 12, foreign: 2, unreachable: 5,
      collections: [{ collection: 'app.bsky.feed.post', records: 1_200, bytes: 3_000_000 }, { collection: 'app.bsky.graph.follow', records: 84, bytes: 20_000 }],
    };
    const backup = { createdAt: '2026-11-25T06:12:00.000Z', blobs: 11, blobBytes: 2_345_678, hasKit: true, preferences: 7, operations: 2 };
    const results: Record<string, object> = {
      save: { ...contents, backup, fileName: 'alice.example.com-20261125-0612-3m6f2k5wq7s2x.zip', file: new Blob(['x']) },
      verify: { ...contents, backup, signature: 'unknown', house: 'absent', second: { says: 'accepted' } },
      restore: { ...contents, handle: 'alice.example.com', missingBlobs: 12, operationQueued: true, newerKit: { rev: '3m6f2k5wq7s2x' },
        newerMirror: { rev: '3m6f2k5wq7s2x' }, mirror: 'https://mirror.example.com' },
    };
    const report = { did: contents.did, handle: 'alice.example.com', records: 1_284, blobs: 12, history: 30, bytes: 4_123_456, findings: [], more: 0 };
    const findings = [
      { what: 'account', cure: 'none' }, { what: 'keys', cure: 'none' }, { what: 'commit', cure: 'copy' }, { what: 'rows', cure: 'here' },
      { what: 'index', cure: 'here' }, { what: 'counts', cure: 'here' }, { what: 'preferences', cure: 'drop' }, { what: 'record', path: 'app.bsky.feed.post/3m6f2k5wq7s2x', cure: 'copy' },
      { what: 'part', above: 'app.bsky.feed.post/3m6f2k5wq7s2x', below: 'app.bsky.graph.follow/3m6f2k5wq7s2x', cure: 'copy' },
      { what: 'blob', cid: contents.head, paths: ['app.bsky.feed.post/3m6f2k5wq7s2x'], cure: 'copy' },
      { what: 'reference', path: 'app.bsky.feed.post/3m6f2k5wq7s2x', cure: 'here' }, { what: 'history', rev: '3m6f2k5wq7s2x', cure: 'drop' },
      { what: 'outbox', rev: '3m6f2k5wq7s2x', cure: 'drop' }, { what: 'form', code: 'TreeOrder', message: 'Keys do not ascend', cure: 'none' },
    ];
    const lost = { did: 'did:plc:ww2222wwwwww2222wwwwww22', records: 0, blobs: 12, history: 30, bytes: 4_123_456, findings: [{ what: 'account', cure: 'none' }], more: 0 };
    Object.assign(results, {
      check: { accounts: [{ ...report, findings, more: 3, mirror: 'https://mirror.example.com' }, lost], findings: [{ what: 'journal', cure: 'drop' }], records: 1_284, bytes: 4_123_456 },
      mend: { accounts: [report], findings: [], records: 1_284, bytes: 4_123_456, brought: 4, forgotten: ['3m6f2k5wq7s2x'], unsent: 1 },
    });
    Object.assign(results, { identity });
    class PlayedWorker extends EventTarget {
      postMessage({ type, job = '', what = '', handle = '', domain = '' }: Readonly<Record<'type' | 'job' | 'what' | 'handle' | 'domain', string | undefined>>): void {
        if (type === 'cancel') return this.#say({ type: 'cancelled' });
        const answer = answers[what || job];
        if (answer !== undefined) return this.#say('code' in answer ? { type: 'failed', error: { details: {}, ...answer } } : { type: 'done', result: answer });
        const phase = job === 'save' ? 'writing' : 'reading';
        this.#say({ type: 'progress', progress: { phase, done: 1_700_000, total: 4_123_456, unit: 'bytes', records: 530 } });
        if (what === 'check-handle' || what === 'web-document') this.#say({ type: 'done', result: names[handle || domain] });
        else if (endings[job] === 'done') this.#say({ type: 'done', result: results[job] });
        if (endings[job] === 'doubted') {
          this.#say({ type: 'done', result: { ...results[job], second: { says: 'refused', reason: `Not a valid CID for bytes (${contents.head})` } } });
        }
        if (endings[job] === 'failed' && job === 'identity') {
          this.#say({ type: 'failed', error: { code: 'DirectoryLies', message: 'No rotation key signed the operation (index 1).', details: {} } });
        } else if (endings[job] === 'failed') {
          const message = 'Nothing in this house was changed. The file is not a whole, unchanged repository. A block does not have its hash.';
          this.#say({ type: 'failed', error: { code: 'BlockHash', message, details: {} } });
        }
      }

      terminate(): void {
        this.#say = () => undefined;
      }

      #say = (data: unknown): void => {
        setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })));
      };
    }
    Object.assign(globalThis, { Worker: PlayedWorker, showSaveFilePicker: undefined });
  }, endings as Readonly<Record<string, Ending>>, identity, { ...NAMES, ...DOCUMENTS }, answers);
}
