import { cidOf } from '../../src/protocol/index.ts';
import { TestAccount } from '../../src/testing/index.ts';
import type { House } from '../../src/storage/idb/index.ts';
import { equal, ok } from './assert.ts';
import { inHouse } from './house-store-support.ts';
import type { HouseOrder } from './house-worker.ts';

const address = new URL('./house-worker.ts', import.meta.url);

describe('one house in several places', () => {
  it('a dedicated worker writes, and the page sees it', () => inHouse(async (house, name) => {
    const worker = new Worker(address, { type: 'module' });
    try {
      await written(house, name, (order, port) => worker.postMessage(order, [port]));
    } finally {
      worker.terminate();
    }
  }));

  it('a service worker writes, and the page sees it', () => inHouse(async (house, name) => {
    const registration = await navigator.serviceWorker.register(address, { type: 'module', scope: new URL('./no-page/', address).href });
    try {
      const worker = registration.installing ?? registration.waiting ?? registration.active;
      ok(worker !== null, 'it was not installed');
      await written(house, name, (order, port) => worker.postMessage(order, [port]));
    } finally {
      await registration.unregister();
    }
  }));
});

async function written({ store, blobs }: House, name: string, send: (order: HouseOrder, port: MessagePort) => void): Promise<void> {
  const test = await TestAccount.make(store, 1, 20);
  await test.create(store);
  const path = 'app.holdfast.test/written';
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<string>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<string>) => resolve(data));
    port1.start();
  });
  send({ name, did: test.did, path }, port2);
  equal(await answer, `${path}, head`);
  const cid = cidOf(new TextEncoder().encode(path), 'raw');
  equal(await blobs.isReferenced(test.did, cid), true);
  equal(await (await blobs.bytes(test.did, cid))?.text(), path);
}
