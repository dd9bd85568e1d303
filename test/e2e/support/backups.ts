import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { succeed } from './house.ts';
import { find, visit } from './page.ts';
import type { Page } from 'puppeteer-core';

/** The head of an account as the house tells it. */
export interface Head {
  readonly cid: string;
  readonly rev: string;
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-backups-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Puts bytes into a file that a page can be given. */
export function fileOf(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Takes the save picker away and keeps what the page hands to the downloads. To be called before the page is visited. */
export async function keepDownloads(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    Object.assign(globalThis, { showSaveFilePicker: undefined });
    const made = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (file: Blob) => {
      Object.assign(globalThis, { downloaded: file });
      return made(file);
    };
  });
}

/** The bytes that the page handed to the downloads last. */
export async function downloaded(page: Page): Promise<Uint8Array> {
  const base64 = await page.evaluate(async () => {
    const { downloaded } = globalThis as { downloaded?: Blob };
    if (downloaded === undefined) throw new Error('nothing was downloaded');
    const bytes = new Uint8Array(await downloaded.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCodePoint(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  });
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Presses a button where it is, also under the bar at the bottom. */
export async function press(page: Page, selector: string): Promise<void> {
  await (await find(page, selector)).evaluate((element) => (element as HTMLElement).click());
}

/** Chooses a file in the place for it. */
export async function choose(page: Page, place: string, path: string): Promise<void> {
  const input = await find(page, `${place} >>> input[type=file]`);
  await (input as Awaited<ReturnType<Page['$']>> & { uploadFile(path: string): Promise<void> }).uploadFile(path);
}

/** Chooses a file in an input of the page's own. */
export async function choosePlainly(page: Page, input: string, path: string): Promise<void> {
  const field = await find(page, input);
  await (field as Awaited<ReturnType<Page['$']>> & { uploadFile(path: string): Promise<void> }).uploadFile(path);
}

/** Fills in a form in which the kit is asked for. @param place where it is, with the sign that leads into it */
export async function giveKit(page: Page, place: string, kit: string, passphrase: string): Promise<void> {
  await choosePlainly(page, `${place}#file`, kit);
  const field = await find(page, `${place}#passphrase`);
  await field.evaluate((input) => ((input as HTMLInputElement).value = ''));
  await field.type(passphrase);
}

/** Opens Backups, saves, and waits until it was read back: the bytes of the file. */
export async function saveBackup(page: Page, url: string, form: 'car' | 'zip' = 'car'): Promise<Uint8Array> {
  await visit(page, `${url}/backups`);
  await press(page, `holdfast-save-card >>> input[value=${form}]`);
  await press(page, 'holdfast-save-card >>> #start');
  await find(page, 'holdfast-save-card >>> .note.good');
  return downloaded(page);
}

/** The sealed kit of an account, as a file. */
export async function kitFile(page: Page, did: string): Promise<string> {
  const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
  return fileOf(`kit-${did.slice(-6)}.age`, armored as string);
}

/** What the house says of an account. */
export async function headOf(page: Page, did: string): Promise<Head & { readonly signingKey: string }> {
  const { account, signingKey } = await succeed(page, 'app.holdfast.account.describe', { params: { did } });
  const { head } = account as { head: Head };
  return { ...head, signingKey: signingKey as string };
}

/** The DIDs of the house. */
export async function didsOf(page: Page): Promise<string[]> {
  const { accounts } = await succeed(page, 'app.holdfast.account.list');
  return (accounts as { did: string }[]).map(({ did }) => did);
}

/** Writes records in batches of 200, each with 40 bytes of text. */
export async function writeMany(page: Page, did: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 200) {
    const writes = Array.from({ length: Math.min(200, count - from) }, (_, index) => ({
      $type: 'com.atproto.repo.applyWrites#create', collection: 'app.example.note', rkey: `n${from + index}`,
      value: { $type: 'app.example.note', text: `${from + index} `.padEnd(40, 'x'), createdAt: '2026-11-25T00:00:00.000Z' },
    }));
    await succeed(page, 'com.atproto.repo.applyWrites', { input: { repo: did, writes }, requestId: crypto.randomUUID() });
  }
}

/** Fills in the form of Restore and sends it. */
export async function fillRestore(page: Page, given: { readonly kit: string; readonly passphrase: string; readonly car: string }): Promise<void> {
  await choose(page, 'holdfast-restore >>> #car', given.car);
  await choose(page, 'holdfast-restore >>> #kit', given.kit);
  await find(page, 'holdfast-restore >>> section[aria-labelledby=two] > .note.good');
  await typePassphrase(page, given.passphrase);
}

/** Types a passphrase in the place of another one and sends the form. */
export async function typePassphrase(page: Page, passphrase: string): Promise<void> {
  const field = await find(page, 'holdfast-restore >>> #passphrase');
  await field.evaluate((input, text) => {
    (input as HTMLInputElement).value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, passphrase);
  await press(page, 'holdfast-restore >>> #start');
}
