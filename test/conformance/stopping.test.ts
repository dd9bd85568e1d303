import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/conformance/main.ts', import.meta.url));
const DID = `did:plc:${'b'.repeat(24)}`;
const CID = 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454';

interface Input {
  readonly collection: string;
  readonly rkey: string;
  readonly writes: readonly Input[];
}

/** What is left of a run that is told to end as soon as it has written, before that is answered. */
async function stopped(test: TestContext, signal: NodeJS.Signals, { isStuck = false } = {}): Promise<{ readonly code: number | null; readonly told: string; readonly left: readonly string[] }> {
  const records = new Set<string>();
  const methods: Readonly<Record<string, (input: Input) => object | undefined>> = {
    createSession: () => ({ accessJwt: 'token', refreshJwt: 'other', handle: 'alice.example', did: DID }),
    createRecord({ collection, rkey }) {
      records.add(`${collection}/${rkey}`);
      if (collection === 'app.bsky.feed.post' || isStuck) child.kill(signal);
      return { uri: `at://${DID}/${collection}/${rkey}`, cid: CID };
    },
    deleteRecord({ collection, rkey }) {
      records.delete(`${collection}/${rkey}`);
      return {};
    },
    listRecords: () => ({ records: [...records].filter((path) => path.startsWith('app.holdfast.check/')).map((path) => ({ uri: `at://${DID}/${path}`, cid: CID, value: {} })) }),
    applyWrites({ writes }) {
      if (isStuck) return undefined;
      for (const { collection, rkey } of writes) records.delete(`${collection}/${rkey}`);
      return {};
    },
  };
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://localhost').pathname.split('.').at(-1)!;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const isMeant = name !== 'createRecord' || request.headers.authorization !== undefined;
      const answer = isMeant ? methods[name]?.(JSON.parse(Buffer.concat(chunks).toString() || '{}') as Input) : undefined;
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? { error: 'InvalidRequest' }));
    });
  }).listen(0, 'localhost');
  await once(server, 'listening');
  test.after(() => server.close());
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const child: ChildProcess = spawn(process.execPath, [MAIN, origin, DID, '--directory', origin, '--wait', '0', '--quiet', '0'], { env: { ...process.env, HOLDFAST_CHECK_PASSWORD: 'a password' } });
  let told = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (data: Buffer) => {
      told += data.toString();
    });
  }
  const [code] = await once(child, 'close') as [number | null];
  return { code, told, left: [...records] };
}

describe('who ends the checks while they write', { concurrency: true }, () => {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    it(`by ${signal} leaves nothing, also where it was to be refused, and is told so`, async (test) => {
      const { told, ...ended } = await stopped(test, signal);
      assert.deepEqual(ended, { code, left: [] });
      assert.match(told, /Stopping: what was written is taken out\./);
      assert.match(told, /ok +What was written is gone again/);
    });
  }

  it('is told what stays, also where the signal comes twice', async (test) => {
    const { code, told, left } = await stopped(test, 'SIGINT', { isStuck: true });
    assert.equal(code, 130);
    assert.match(told, /WRONG What was written is gone again\n +applyWrites answered 400 /);
    assert.ok(left.length > 0);
  });
});
