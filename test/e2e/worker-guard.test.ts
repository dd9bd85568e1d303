import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { listenOnLocalhost } from '../../scripts/lib/static-server.mjs';
import { driven } from './support/driven.ts';
import { call, makeAccount, post, postTexts, succeed } from './support/house.ts';
import { LOOKS, openPage, visit } from './support/page.ts';
import type { AddressInfo } from 'node:net';
import type { Look } from './support/page.ts';

const LOOK = LOOKS['desktop, light'] as Look;
const app = driven();

/** A page of a house that has one account. */
async function house() {
  const { page } = await openPage(app.browser, app.url, LOOK);
  await visit(page, app.url);
  const { did } = await makeAccount(page);
  return { page, did };
}

describe('the house is closed to strangers', () => {
  it('takes nothing without a capability, with a wrong one, or with that of another window', async () => {
    const { page, did } = await house();
    const other = await page.browserContext().newPage();
    await visit(other, app.url);
    const others = await other.evaluate(() => new Promise<string>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', ({ data }) => resolve(data as string), { once: true });
      port1.start();
      navigator.serviceWorker.controller?.postMessage({ type: 'capability' }, [port2]);
    }));
    assert.match(others, /^[0-9a-f]{64}$/);
    for (const capability of [null, 'x', '0'.repeat(64), others]) {
      const { status } = await call(page, 'com.atproto.repo.createRecord', { input: post(did, 'no'), requestId: crypto.randomUUID(), capability });
      assert.equal(status, 403);
      assert.equal((await call(page, 'app.holdfast.account.list', { capability })).status, 403);
    }
    assert.deepEqual(await postTexts(page, did), []);
  });

  it('refuses every navigation under /xrpc, also the form of a foreign page', async () => {
    const { page, did } = await house();
    const url = `${app.url}/xrpc/com.atproto.repo.createRecord`;
    const before = await succeed(page, 'com.atproto.sync.getLatestCommit', { params: { did } });
    let served = 0;
    const foreign = await listenOnLocalhost((_request, response) => {
      served++;
      const body = JSON.stringify(post(did, 'from a stranger')).replaceAll('"', '&quot;');
      response.setHeader('content-type', 'text/html');
      response.end(`<form method="post" enctype="text/plain" action="${url}"><input name="${body}" value=""><button>Win</button></form>`);
    }, 0);
    try {
      const stranger = await page.browserContext().newPage();
      await stranger.goto(`http://127.0.0.1:${foreign.port}/`);
      const [answer] = await Promise.all([stranger.waitForNavigation(), stranger.click('button')]);
      assert.equal(answer?.status(), 403);
      assert.equal(answer.fromServiceWorker(), true, 'the form did not reach the worker, so nothing was shown');
      assert.equal(served > 0, true);

      const visitor = await page.browserContext().newPage();
      const opened = await visitor.goto(`${app.url}/xrpc/com.atproto.sync.getRepo?did=${did}`);
      assert.equal(opened?.status(), 403);

      // A fetch of another origin does not reach the worker, and the host of the pages knows nothing.
      const fetched = await stranger.goto(`http://127.0.0.1:${foreign.port}/`)
        .then(() => stranger.evaluate((to) => fetch(to).then((response) => response.status, () => 'refused'), `${app.url}/xrpc/app.holdfast.account.list`));
      assert.equal(fetched, 'refused');
    } finally {
      await foreign.close();
    }
    assert.deepEqual(await succeed(page, 'com.atproto.sync.getLatestCommit', { params: { did } }), before);
    assert.deepEqual(await postTexts(page, did), []);
  });

  it('answers no frame that a stranger puts around it', async () => {
    const { page } = await house();
    const foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${app.url}/"></iframe>`);
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => foreign.once('listening', resolve));
      const { port } = foreign.address() as AddressInfo;
      const stranger = await page.browserContext().newPage();
      await stranger.goto(`http://127.0.0.1:${port}/`);
      const [frame, ...others] = stranger.frames().slice(1);
      assert.deepEqual(others, []);
      // The browser shows a page of its own in the place of one that may not be framed.
      assert.match(frame?.url() ?? '', /^chrome-error:/);
    } finally {
      foreign.close();
    }
  });
});
