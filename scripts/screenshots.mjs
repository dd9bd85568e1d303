// `npm run screenshots`: the pictures of the README, of the app as built, in docs/screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { startApp } = await import('../test/e2e/support/app.ts');
const { startChromium, openPage, visit, find } = await import('../test/e2e/support/page.ts');
const { makeAccount, succeed } = await import('../test/e2e/support/house.ts');

const folder = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/screenshots');
const SIZES = { wide: [1280, 860], phone: [360, 760] };
const POSTS = [
  'The kettle is on. First post from a server that lives in this tab.',
  'Airplane mode, still writing. It will catch up.',
  'A key in my own drawer and a copy on the shelf: that is all I ever wanted of an account.',
];

mkdirSync(folder, { recursive: true });
const app = await startApp();
const { url } = app;
const browser = await startChromium();
try {
  for (const scheme of ['light', 'dark']) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      const { page } = await openPage(browser, url, { width, height, scheme, reducedMotion: true });
      const shoot = async (name, path, selector) => {
        await page.goto(url + path, { waitUntil: 'load' });
        await find(page, selector);
        await new Promise((done) => {
          setTimeout(done, 1_000);
        });
        await page.screenshot({ path: join(folder, `${name}-${size}-${scheme}.png`) });
      };
      await visit(page, url);
      await shoot('welcome', '/welcome', 'holdfast-welcome >>> h1');
      const { did, passphrase } = await makeAccount(page, 'ada.holdfast.test');
      const write = (collection, record, rkey) => succeed(page, 'com.atproto.repo.createRecord', {
        input: { repo: did, collection, record: { $type: collection, ...record }, ...(rkey && { rkey }) }, requestId: crypto.randomUUID(),
      });
      await write('app.bsky.actor.profile', { displayName: 'Ada', description: 'Lives at home.' }, 'self');
      for (const text of POSTS) await write('app.bsky.feed.post', { text, langs: ['en'], createdAt: new Date().toISOString() });
      await succeed(page, 'app.holdfast.kit.prove', { input: { did, passphrase }, requestId: crypto.randomUUID() });
      await succeed(page, 'app.holdfast.bridge.pair', { input: { did, url: app.mirror }, requestId: crypto.randomUUID() });
      await shoot('mirror', '/mirror', 'holdfast-strip >>> [data-place=street][data-state=has]');
      await shoot('home', '/', 'holdfast-home >>> h1');
      await shoot('identity', '/identity', 'holdfast-identity >>> .timeline');
      await shoot('records', `/at/${did}/app.bsky.feed.post`, 'holdfast-records >>> h1');
      // The next look is at another house, whose owner has the same name.
      await succeed(page, 'app.holdfast.bridge.leave', { input: { did }, requestId: crypto.randomUUID() });
    }
  }
} finally {
  await browser.close();
  await app.stop();
}
console.log(`The pictures are in ${folder}.`);
