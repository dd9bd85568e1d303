import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe } from 'node:test';
import { MirrorHouse, note, startTestMirror } from '../support/running-mirror.ts';
import { find, startChromium } from '../e2e/support/page.ts';
import { testStates } from './support/axe.ts';
import { until } from '../support/until.ts';
import type { Browser, Page } from 'puppeteer-core';
import type { RunningTestMirror } from '../support/running-mirror.ts';

const TOKEN = 'a-token-of-an-operator-0123456789';

let mirror: RunningTestMirror;
let browser: Browser;
let did: string;
/** Knows the mirror, and none of its accounts. */
const relay = createServer(({ url = '' }, response) => {
  const isOfHost = url.includes('getHostStatus');
  response.writeHead(isOfHost ? 200 : 404).end(JSON.stringify(isOfHost ? { status: 'active', accountCount: 0 } : { error: 'RepoNotFound' }));
});

describe('the pages of an operator', () => {
  before(async () => {
    await new Promise<void>((resolve) => {
      relay.listen(0, '127.0.0.1', resolve);
    });
    const relays = ['http://127.0.0.1:9', `http://127.0.0.1:${(relay.address() as AddressInfo).port}`];
    mirror = await startTestMirror({ relayPace: { everyMs: 50, graceMs: 0 }, settings: { relays, pagesUrl: 'https://holdfast.example.com', operator: { port: 0, address: '127.0.0.1', token: TOKEN } } });
    browser = await startChromium();
    did = (await MirrorHouse.paired(mirror, 1, [note('first')])).did;
  });
  after(async () => {
    await browser.close();
    await mirror.close();
    relay.closeAllConnections();
    relay.close();
  });

  /** Signs in as an operator does, and opens a page. */
  const open = async (page: Page, path: string): Promise<void> => {
    await page.goto(mirror.operatorUrl, { waitUntil: 'load' });
    await (await find(page, '#token')).type(TOKEN);
    await Promise.all([page.waitForNavigation(), (await find(page, 'button.primary')).click()]);
    await page.goto(`${mirror.operatorUrl}${path}`, { waitUntil: 'load' });
  };

  testStates({ get url() { return mirror.operatorUrl; }, get browser() { return browser; } }, {
    'Operator, a wrong token': async (page, url) => {
      await page.goto(url, { waitUntil: 'load' });
      await (await find(page, '#token')).type('wrong');
      await Promise.all([page.waitForNavigation(), (await find(page, 'button.primary')).click()]);
      await find(page, '.bad');
    },
    'Operator, overview': (page) => open(page, '/'),
    'Operator, relays: one that does not answer, one that lacks an account': async (page) => {
      await open(page, '/relays');
      await until('both were looked at', async () => {
        await page.reload({ waitUntil: 'load' });
        const text = await page.$eval('main', ({ textContent }) => textContent);
        return text.includes('it cannot be asked') && text.includes(did);
      });
    },
    'Operator, accounts': (page) => open(page, '/accounts'),
    'Operator, an account, about to be taken down': async (page) => {
      await open(page, `/accounts/${encodeURIComponent(did)}`);
      for (const details of await page.$$('details')) await details.evaluate((each) => ((each as HTMLDetailsElement).open = true));
    },
    'Operator, a short code that was made just now': async (page) => {
      await open(page, '/invitations');
      await (await find(page, 'input[name=short]')).evaluate((box) => (box as HTMLElement).click());
      await Promise.all([page.waitForNavigation(), (await find(page, 'form[action="/invitations"] button.primary')).click()]);
      await find(page, 'section[aria-labelledby=made] .soft');
    },
    'Operator, an invitation that was made just now': async (page) => {
      await open(page, '/invitations');
      await (await find(page, '#note')).type('for Ada, who came by letter');
      await (await find(page, '#days')).type('365');
      await Promise.all([page.waitForNavigation(), (await find(page, 'form[action="/invitations"] button.primary')).click()]);
      await find(page, '#made');
    },
  });
});
