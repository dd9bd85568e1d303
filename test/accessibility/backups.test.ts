import { choose, fileOf, fillRestore, keepDownloads, press, saveBackup, writeMany } from '../e2e/support/backups.ts';
import { driven } from '../e2e/support/driven.ts';
import { makeAccount, succeed } from '../e2e/support/house.ts';
import { says } from '../e2e/support/owner.ts';
import { find, visit } from '../e2e/support/page.ts';
import { testStates } from './support/axe.ts';
import { playJobs } from './support/fake-jobs.ts';
import type { Page } from 'puppeteer-core';
import type { States } from './support/axe.ts';

const app = driven();

const CAR = fileOf('played.car', 'played');
const KIT = fileOf('played.age', 'age-encryption.org/v1\n-> scrypt played 14\n');
const GIVEN = { kit: KIT, car: CAR, passphrase: 'played' };

/** An account, and Backups open. */
async function backups(page: Page, url: string): Promise<void> {
  await visit(page, url);
  await makeAccount(page);
  await visit(page, `${url}/backups`);
  await find(page, 'holdfast-save-card >>> #start');
}

async function saving(page: Page, url: string): Promise<void> {
  await playJobs(page, { save: 'stuck', verify: 'stuck' });
  await backups(page, url);
  await press(page, 'holdfast-save-card >>> #start');
  await choose(page, 'holdfast-test-card >>> hf-file', CAR);
  await find(page, 'holdfast-save-card >>> holdfast-job-progress >>> hf-progress >>> button');
}

/** Every state of Backups, Restore, Settings and the tray. */
const STATES: States = {
  'Backups, no account': async (page, url) => {
    await visit(page, `${url}/backups`);
    await find(page, 'holdfast-backups >>> hf-empty');
  },
  'Backups, saving and testing': saving,
  'Backups, saved and tested': async (page, url) => {
    await playJobs(page, { save: 'done', verify: 'done' });
    await backups(page, url);
    await press(page, 'holdfast-backups >>> summary');
    await press(page, 'holdfast-save-card >>> #start');
    await find(page, 'holdfast-save-card >>> .note.good');
    await choose(page, 'holdfast-test-card >>> hf-file', CAR);
    await press(page, 'holdfast-test-card >>> holdfast-file-contents >>> summary');
  },
  'Backups, not saved, and a bad file': async (page, url) => {
    await playJobs(page, { save: 'failed', verify: 'failed' });
    await backups(page, url);
    await press(page, 'holdfast-save-card >>> #start');
    await find(page, 'holdfast-save-card >>> hf-error');
    await choose(page, 'holdfast-test-card >>> hf-file', CAR);
    await find(page, 'holdfast-test-card >>> hf-error');
  },
  'Backups, of an owner who holds the kit and gives what is none': async (page, url) => {
    await visit(page, url);
    const { did, passphrase } = await makeAccount(page);
    const { armored } = await succeed(page, 'app.holdfast.kit.get', { params: { did } });
    await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase, armored } });
    await visit(page, `${url}/backups`);
    await choose(page, 'holdfast-save-card >>> #kit', CAR);
    await says(page, 'holdfast-save-card >>> #kit >>> .field', /This is not a recovery kit/);
  },
  'Backups, to be encrypted, and an encrypted file to be tested': async (page, url) => {
    await backups(page, url);
    await press(page, 'holdfast-save-card >>> holdfast-seal-choice >>> #encrypt');
    await find(page, 'holdfast-save-card >>> holdfast-seal-choice >>> .groups');
    await press(page, 'holdfast-save-card >>> #start');
    await choose(page, 'holdfast-test-card >>> hf-file', KIT);
    await press(page, 'holdfast-test-card >>> #open-file');
    await says(page, 'holdfast-test-card >>> #file-problem', /passphrase/);
  },
  'Backups, with a folder': async (page, url) => {
    await page.evaluateOnNewDocument(() => Object.assign(globalThis, {
      showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Chosen', { create: true }),
    }));
    await backups(page, url);
    await press(page, 'holdfast-folder-card >>> #choose');
    await says(page, 'holdfast-folder-card >>> section', /Up to date/);
    await press(page, 'holdfast-folder-card >>> summary');
  },
  'Activity, backups into a folder': async (page, url) => {
    await page.evaluateOnNewDocument(() => Object.assign(globalThis, {
      showDirectoryPicker: async () => (await navigator.storage.getDirectory()).getDirectoryHandle('Chosen', { create: true }),
    }));
    await backups(page, url);
    await press(page, 'holdfast-folder-card >>> #choose');
    await says(page, 'holdfast-folder-card >>> section', /Up to date/);
    await visit(page, `${url}/activity`);
    await (await find(page, 'holdfast-activity >>> #shown')).evaluate((select) => {
      (select as HTMLSelectElement).value = 'backups';
      select.dispatchEvent(new Event('change'));
    });
    await find(page, 'holdfast-folder-log >>> section');
  },
  'Backups, a file on which two verifiers disagree': async (page, url) => {
    await playJobs(page, { verify: 'doubted' });
    await visit(page, `${url}/backups`);
    await choose(page, 'holdfast-test-card >>> hf-file', CAR);
    await find(page, 'holdfast-test-card >>> .note.bad');
  },
  'Records from a file, compared and opened': async (page, url) => {
    await keepDownloads(page);
    await visit(page, url);
    const { did } = await makeAccount(page);
    await writeMany(page, did, 40);
    const zip = fileOf('compared.zip', await saveBackup(page, url, 'zip'));
    const where = { repo: did, collection: 'app.example.note' };
    for (const rkey of ['n1', 'n2']) await succeed(page, 'com.atproto.repo.deleteRecord', { input: { ...where, rkey }, requestId: crypto.randomUUID() });
    await succeed(page, 'com.atproto.repo.putRecord', { input: { ...where, rkey: 'n3', record: { text: 'mine' } }, requestId: crypto.randomUUID() });
    await visit(page, `${url}/backups/records`);
    await choose(page, 'holdfast-take-back >>> #car', zip);
    await press(page, 'holdfast-take-back >>> holdfast-take-collections >>> input[data-kind=fresh]');
    await press(page, 'holdfast-take-back >>> holdfast-take-collections >>> button[aria-expanded]');
    await press(page, 'holdfast-take-back >>> holdfast-change-list >>> li[data-path="app.example.note/n3"] button');
    await find(page, 'holdfast-take-back >>> holdfast-change-list >>> holdfast-difference');
  },
  'Records from a file, brought back and taken back': async (page, url) => {
    await keepDownloads(page);
    await visit(page, url);
    const { did } = await makeAccount(page);
    await writeMany(page, did, 10);
    const zip = fileOf('brought.zip', await saveBackup(page, url, 'zip'));
    const input = { repo: did, collection: 'app.example.note', rkey: 'n1' };
    await succeed(page, 'com.atproto.repo.deleteRecord', { input, requestId: crypto.randomUUID() });
    await visit(page, `${url}/backups/records`);
    await choose(page, 'holdfast-take-back >>> #car', zip);
    await press(page, 'holdfast-take-back >>> holdfast-take-collections >>> input[data-kind=fresh]');
    await press(page, 'holdfast-take-back >>> #start');
    await press(page, 'holdfast-taken >>> #undo');
    await says(page, 'holdfast-taken >>> [role=status]', /as it was before/);
  },
  'Restore, nothing filled in': async (page, url) => {
    await visit(page, `${url}/restore`);
    await press(page, 'holdfast-restore >>> #start');
    await says(page, 'holdfast-restore >>> #passphrase-problem', /passphrase/);
  },
  'Restore, from the mirror': async (page, url) => {
    await visit(page, `${url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=mirror]');
    await find(page, 'holdfast-restore >>> section[aria-labelledby=one] > .note');
  },
  'Restore, from another browser': async (page, url) => {
    await visit(page, `${url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=house]');
    await find(page, 'holdfast-restore >>> section[aria-labelledby=one] > .note');
  },
  'Restore, with the kit alone, nothing given': async (page, url) => {
    await visit(page, `${url}/restore`);
    await press(page, 'holdfast-restore >>> input[value=none]');
    await press(page, 'holdfast-begin-again >>> #begin');
    await says(page, 'holdfast-begin-again >>> #wrong', /^Choose the kit file first\.$/);
  },
  'Restore, under way': async (page, url) => {
    await playJobs(page, { verify: 'stuck', restore: 'stuck' });
    await visit(page, `${url}/restore`);
    await fillRestore(page, GIVEN);
    await find(page, 'holdfast-restore >>> section[aria-busy=true]');
  },
  'Restore, refused, the file looked at': async (page, url) => {
    await playJobs(page, { verify: 'done', restore: 'failed' });
    await visit(page, `${url}/restore`);
    await fillRestore(page, GIVEN);
    await find(page, 'holdfast-restore >>> .screen > hf-error');
  },
  'Restore, done': async (page, url) => {
    await playJobs(page, { verify: 'done', restore: 'done' });
    await visit(page, `${url}/restore`);
    await fillRestore(page, GIVEN);
    await find(page, 'holdfast-restored');
  },
  'Settings': async (page, url) => {
    await backups(page, url);
    await visit(page, `${url}/settings`);
    await find(page, 'holdfast-storage-card >>> meter');
    await find(page, 'holdfast-remove-card >>> button');
  },
  'Settings, about to remove the account': async (page, url) => {
    await backups(page, url);
    await visit(page, `${url}/settings`);
    await press(page, 'holdfast-remove-card >>> button.danger');
    await find(page, 'holdfast-remove-card >>> hf-confirm >>> dialog[open]');
  },
  'the tray, with a job': async (page, url) => {
    await saving(page, url);
    await press(page, 'a[href="/settings"]');
    await find(page, 'holdfast-jobs-tray >>> holdfast-job-progress >>> hf-progress >>> button');
  },
};

testStates(app, STATES);
