// Runs as a dedicated worker or as a service worker: writes one commit with a blob to the house that it is told of.
import { cidOf, parseDid } from '../../src/protocol/index.ts';
import { openHouse } from '../../src/storage/idb/index.ts';
import type { CommitChange } from '../../src/pds/index.ts';

/** What the worker is asked: structured clones lose the classes, so that a commit is made here, of nothing but blobs. */
export interface HouseOrder {
  readonly name: string;
  readonly did: string;
  readonly path: string;
}

interface Scope {
  addEventListener(type: 'message', listener: (event: MessageEvent<HouseOrder>) => void): void;
}

(globalThis as unknown as Scope).addEventListener('message', ({ data, ports }) => {
  void carryOut(data).then((text) => ports[0]?.postMessage(text), (error: unknown) => ports[0]?.postMessage(`failed: ${String(error)}`));
});

async function carryOut({ name, did: text, path }: HouseOrder): Promise<string> {
  const did = parseDid(text);
  const { store, blobs, close } = await openHouse(name);
  const account = (await store.account(did))!;
  const bytes = new TextEncoder().encode(path);
  const blob = cidOf(bytes, 'raw');
  await blobs.put(did, bytes, { cid: blob, mimeType: 'text/plain' });
  // The head stays what it is: only what the store does with a commit is asked here.
  const change: CommitChange = {
    did, expected: account.head.cid, head: account.head, time: account.createdAt, newBlocks: [], deadBlocks: [], operations: [],
    previous: new Map(), collections: new Map(), blobs: new Map([[path, [blob]]]),
  };
  await store.exclusive(did, () => store.commit(change));
  await store.maintain(did);
  const found = await (await blobs.bytes(did, blob))!.text();
  const [head] = await store.reader(did).read([account.head.cid]);
  await close();
  return `${found}, ${head === undefined ? 'no head' : 'head'}`;
}
