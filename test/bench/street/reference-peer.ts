// The reference PDS, with its directory in one process; it is asked to write by XRPC, and signs by itself.
import { fileURLToPath } from 'node:url';
import { batchesOf, fileOf, smallPost } from './peer.ts';
import type { StreetPeer, Writer } from './peer.ts';
import { startServer } from './server-process.ts';

interface Account {
  readonly did: string;
  readonly accessJwt: string;
}

export async function startReferencePeer(): Promise<StreetPeer> {
  const server = await startServer(fileURLToPath(new URL('../pds/serve.ts', import.meta.url)));
  const url = server.said['pds']!;
  const post = async (nsid: string, input: object, accessJwt?: string): Promise<unknown> => {
    const response = await fetch(`${url}/xrpc/${nsid}`, {
      method: 'POST', body: JSON.stringify(input),
      headers: { 'content-type': 'application/json', ...(accessJwt !== undefined && { authorization: `Bearer ${accessJwt}` }) },
    });
    if (!response.ok) throw new Error(`${nsid} was answered with ${response.status}: ${await response.text()}`);
    return response.json();
  };
  let number = 0;
  const join = (): Promise<Account> => {
    const name = `bench${++number}`;
    return post('com.atproto.server.createAccount', { handle: `${name}.test`, email: `${name}@example.com`, password: name }) as Promise<Account>;
  };
  const writer = async (): Promise<Writer> => {
    const { did, accessJwt } = await join();
    let written = 0;
    return {
      async write() {
        await post('com.atproto.repo.createRecord', { repo: did, collection: 'app.bsky.feed.post', record: smallPost(written++) }, accessJwt);
      },
      close: () => undefined,
    };
  };
  return {
    name: 'reference PDS', url, pid: server.pid,
    async writers(count) {
      const writers: Writer[] = [];
      for (let i = 0; i < count; i++) writers.push(await writer());
      return writers;
    },
    async accountWith(records) {
      const { did, accessJwt } = await join();
      for (const batch of batchesOf(records)) {
        const writes = batch.map(({ path, record }) => {
          const [collection, rkey] = path.split('/');
          return { $type: 'com.atproto.repo.applyWrites#create', collection, rkey, value: record };
        });
        await post('com.atproto.repo.applyWrites', { repo: did, validate: false, writes }, accessJwt);
      }
      return did;
    },
    async accountWithBlob(bytes) {
      const { did, accessJwt } = await join();
      const response = await fetch(`${url}/xrpc/com.atproto.repo.uploadBlob`, {
        method: 'POST', body: bytes, headers: { 'content-type': 'text/plain', authorization: `Bearer ${accessJwt}` },
      });
      const { blob } = await response.json() as { readonly blob: { readonly ref: { readonly $link: string }; readonly size: number } };
      await post('com.atproto.repo.createRecord', { repo: did, collection: 'app.holdfast.file', rkey: 'one', validate: false, record: fileOf(blob.ref, blob.size) }, accessJwt);
      return { did, cid: blob.ref.$link };
    },
    close: () => server.stop(),
  };
}
