import { cidOf } from '../../../src/protocol/index.ts';
import type { Did } from '../../../src/protocol/index.ts';
import { MirrorHouse, note, startTestMirror } from '../../support/running-mirror.ts';
import type { RunningTestMirror } from '../../support/running-mirror.ts';
import { Talk } from '../../support/talk.ts';

/** A server with all that there is to check, and whoever writes there. */
export interface GoodServer {
  readonly mirror: RunningTestMirror;
  /** The account that is checked. */
  readonly did: Did;
  /** Writes so many records, each in a commit, which the server has told when this resolves. */
  write(times?: number): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = 'a-token-of-an-operator-0123456789';

/** A mirror with an account that has written, changed, deleted, and named blobs; one that is new; one that has left, and one suspended. */
export async function startGoodServer(): Promise<GoodServer> {
  const mirror = await startTestMirror({ settings: { operator: { port: 0, address: '127.0.0.1', token: TOKEN } } });
  const house = await MirrorHouse.paired(mirror, 1, ['aa', 'bb', 'cc', 'dd', 'ee', 'ff'].map((rkey) => note(rkey)));
  await MirrorHouse.paired(mirror, 2, [note('one')]);
  const gone = await MirrorHouse.paired(mirror, 3);
  await gone.expect('leave', {});
  await suspend(mirror, (await MirrorHouse.paired(mirror, 4)).did);

  const talk = await Talk.begin(house);
  const blobs: object[] = [];
  for (const text of ['the first blob', 'the second blob']) {
    const bytes = new TextEncoder().encode(text);
    await house.putBlob(bytes);
    blobs.push({ $type: 'blob', ref: cidOf(bytes, 'raw'), mimeType: 'text/plain', size: bytes.length });
  }
  await talk.commit(await house.write([note('gg', 'with blobs', { blobs }), note('hh')]));
  await talk.commit(await house.write([{ ...note('bb', 'changed'), action: 'update' }, { action: 'delete', path: 'app.holdfast.note/cc' }, note('ii')]));
  await talk.commit(await house.write([note('jj')]));
  await talk.commit(await house.write([note('kk')]));
  let number = 0;
  return {
    mirror, did: house.did,
    async write(times = 1) {
      for (let time = 0; time < times; time++) await talk.commit(await house.write([note(`live-${++number}`)]));
    },
    async close() {
      talk.close();
      await mirror.close();
    },
  };
}

async function suspend({ operatorUrl }: RunningTestMirror, did: Did): Promise<void> {
  const { status } = await fetch(`${operatorUrl}/xrpc/app.holdfast.operator.updateAccount`, {
    method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ did, status: 'suspended' }),
  });
  if (status !== 200) throw new Error(`the account was not suspended: ${status}`);
}
