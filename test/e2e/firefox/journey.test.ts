import { it } from 'node:test';
import { drivenStreet } from '../support/driven.ts';
import { travel } from '../support/journey.ts';
import { startFirefox } from '../support/page.ts';

const app = drivenStreet(undefined, startFirefox);

it('an account is made, paired, read by others, lost, brought back from its mirror, and read by others again, in Firefox', async () => {
  await travel({
    app,
    async open() {
      const context = await app.browser.createBrowserContext();
      return { page: await context.newPage(), close: () => context.close() };
    },
  });
});
