import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecordPages } from './record-pages.ts';
import type { FetchPage, Row } from './record-pages.ts';

const row = (rkey: string, text = ''): Row => ({ rkey, cid: `cid-${rkey}-${text}`, value: { text } });
const keys = (pages: RecordPages): string => pages.rows.map(({ rkey }) => rkey).join('');

/** Three pages: i h g, f e d, c b a. */
const alphabet: FetchPage = async (cursor) => {
  const rest = [...'ihgfedcba'].filter((key) => cursor === undefined || key < cursor);
  const rows = rest.slice(0, 3).map((key) => row(key, `text of ${key.toUpperCase()}`));
  return { rows, cursor: rest.length > 3 ? rows.at(-1)?.rkey : undefined };
};

describe('RecordPages', () => {
  it('asks for one page at a time, until there is no more', async () => {
    let changes = 0;
    const pages = new RecordPages(alphabet, () => changes++);
    await Promise.all([pages.more(), pages.more()]);
    assert.equal(keys(pages), 'ihg');
    assert.equal(changes, 1);
    await pages.more();
    await pages.more();
    assert.equal(keys(pages), 'ihgfedcba');
    assert.ok(pages.complete);
    await pages.more();
    assert.equal(changes, 3);
  });

  it('asks for everything, and stops when it shall', async () => {
    const pages = new RecordPages(alphabet, () => undefined);
    await pages.all(AbortSignal.abort());
    assert.equal(keys(pages), '');
    await pages.all(new AbortController().signal);
    assert.equal(keys(pages), 'ihgfedcba');
  });

  it('keeps what was loaded when a page fails, and goes on from there', async () => {
    let broken = false;
    const pages = new RecordPages((cursor) => (broken ? Promise.reject(new Error('gone')) : alphabet(cursor)), () => undefined);
    await pages.more();
    broken = true;
    await pages.all(new AbortController().signal);
    assert.equal(keys(pages), 'ihg');
    assert.equal((pages.error as Error).message, 'gone');
    broken = false;
    await pages.all(new AbortController().signal);
    assert.equal(keys(pages), 'ihgfedcba');
    assert.equal(pages.error, undefined);
  });

  it('puts new and changed records in their place', async () => {
    const pages = new RecordPages(alphabet, () => undefined);
    await pages.more();
    pages.put(row('j'));
    pages.put(row('hh'));
    pages.put(row('g', 'changed'));
    pages.put(row('a'));
    assert.deepEqual(pages.rows.map(({ rkey }) => rkey), ['j', 'i', 'hh', 'h', 'g']);
    assert.deepEqual(pages.rows.at(-1)?.value, { text: 'changed' });
    await pages.all(new AbortController().signal);
    pages.put(row('0'));
    assert.equal(pages.rows.at(-1)?.rkey, '0');
    assert.equal(new Set(pages.rows.map(({ rkey }) => rkey)).size, pages.rows.length);
  });

  it('loses nothing that is written at the edge of what is loaded', async () => {
    const pages = new RecordPages(alphabet, () => undefined);
    await pages.more();
    pages.remove(new Set(['g']));
    pages.put(row('gg'));
    assert.deepEqual(pages.rows.map(({ rkey }) => rkey), ['i', 'h', 'gg']);
    await pages.more();
    assert.deepEqual(pages.rows.map(({ rkey }) => rkey), ['i', 'h', 'gg', 'f', 'e', 'd']);
  });

  it('finds what is loaded by text and by key', async () => {
    const pages = new RecordPages(alphabet, () => undefined);
    await pages.more();
    assert.deepEqual(pages.filtered(' OF h ').map(({ rkey }) => rkey), ['h']);
    assert.equal(pages.filtered('').length, 3);
    assert.equal(pages.filtered('text of a').length, 0);
  });
});
