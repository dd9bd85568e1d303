import { fileURLToPath } from 'node:url';
import { parseDid } from '../../../src/protocol/index.ts';
import type { Did } from '../../../src/protocol/index.ts';
import { startServer } from '../../bench/street/server-process.ts';

/** An account with its password. */
export interface ReferenceAccount {
  readonly did: Did;
  readonly handle: string;
  readonly password: string;
  /** Writes another record. */
  write(): Promise<void>;
}

/** The reference PDS with its directory, in a process of its own. */
export interface ReferenceServer {
  readonly url: string;
  readonly directory: string;
  /** A new account, which has written, changed, deleted, and named two blobs. */
  account(): Promise<ReferenceAccount>;
  /** A new account that is deactivated at once. */
  inactive(): Promise<void>;
  close(): Promise<void>;
}

/** What the blobs say that every account names. */
export const BLOBS = ['a blob', 'another blob'];

const POST = 'app.bsky.feed.post';

export async function startReference(): Promise<ReferenceServer> {
  const server = await startServer(fileURLToPath(new URL('../../bench/pds/serve.ts', import.meta.url)));
  const url = server.said['pds']!;
  const post = async (nsid: string, body: string | Uint8Array<ArrayBuffer>, type: string, token?: string): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': type, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${url}/xrpc/${nsid}`, { method: 'POST', body, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${nsid} was answered with ${answer.status}: ${text}`);
    return text === '' ? {} : JSON.parse(text) as Record<string, unknown>;
  };
  let number = 0;
  const join = async (): Promise<{ readonly account: Omit<ReferenceAccount, 'write'>; readonly call: (name: string, input: object) => Promise<Record<string, unknown>>; readonly token: string }> => {
    const name = `check${++number}`;
    const made = await post('com.atproto.server.createAccount', JSON.stringify({ handle: `${name}.test`, email: `${name}@example.com`, password: name }), 'application/json');
    const token = String(made['accessJwt']);
    const did = parseDid(String(made['did']));
    return {
      account: { did, handle: `${name}.test`, password: name }, token,
      call: (method, input) => post(`com.atproto.${method}`, JSON.stringify({ ...(method.startsWith('repo.') && { repo: did }), ...input }), 'application/json', token),
    };
  };
  return {
    url, directory: server.said['directory']!,
    async account() {
      const { account, call, token } = await join();
      const record = (text: string, more: object = {}): object => ({ $type: POST, text, createdAt: '2026-01-01T00:00:00.000Z', ...more });
      for (const text of ['one', 'two', 'three']) await call('repo.createRecord', { collection: POST, record: record(text) });
      await call('repo.putRecord', { collection: POST, rkey: '3jzfcijpj2z2a', record: record('first') });
      await call('repo.putRecord', { collection: POST, rkey: '3jzfcijpj2z2a', record: record('second') });
      await call('repo.createRecord', { collection: POST, rkey: '3jzfcijpj2z2b', record: record('to delete') });
      await call('repo.deleteRecord', { collection: POST, rkey: '3jzfcijpj2z2b' });
      for (const text of BLOBS) {
        const { blob } = await post('com.atproto.repo.uploadBlob', new TextEncoder().encode(text), 'text/plain', token);
        await call('repo.createRecord', { collection: 'app.example.file', record: { $type: 'app.example.file', blob } });
      }
      return {
        ...account,
        async write() {
          await call('repo.createRecord', { collection: POST, record: record('four') });
        },
      };
    },
    async inactive() {
      await (await join()).call('server.deactivateAccount', {});
    },
    close: () => server.stop(),
  };
}
