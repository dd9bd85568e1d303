import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { Accounts } from '../accounts.ts';
import { Context } from '../context.ts';
import { FirehoseSeen } from '../firehose-seen.ts';
import { Host } from '../host.ts';
import { tableOf } from '../report.ts';
import type { Result } from '../run-in-order.ts';
import { runInOrder } from '../run-in-order.ts';
import { unknownDid } from '../unknown.ts';
import { WRITING_CHECKS } from './writing.ts';

const did = unknownDid();
const PASSWORD = 'hunter2-my-password';
const TOKEN = 'a-token-that-is-long-enough-to-be-cut-off-somewhere-in-the-middle-of-it';

interface Input {
  readonly collection: string;
  readonly rkey?: string;
  readonly password?: string;
}
type Method = (input: Input, response: ServerResponse, authorization: string) => void;

function say(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What some checks say of a server that takes whatever it is given, and what then is among the posts of the account. */
async function checked(test: TestContext, ids: RegExp, methods: Readonly<Record<string, Method>>): Promise<{ readonly results: readonly Result[]; readonly left: readonly string[] }> {
  const records = new Set<string>();
  const answers: Readonly<Record<string, Method>> = {
    createSession: (_input, response) => say(response, 200, { accessJwt: TOKEN, refreshJwt: 'other', handle: 'alice.example', did }),
    deleteRecord: ({ collection, rkey }, response) => {
      records.delete(`${collection}/${rkey}`);
      say(response, 200, {});
    },
    ...methods,
  };
  const server = createServer((request, response) => {
    const name = new URL(request.url!, 'http://localhost').pathname.split('.').at(-1)!;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const input = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Input;
      if (name === 'createRecord') records.add(`${input.collection}/${input.rkey}`);
      (answers[name] ?? ((_input, answer) => say(answer, 400, { error: 'InvalidRequest' })))(input, response, request.headers.authorization ?? '');
    });
  }).listen(0, 'localhost');
  await once(server, 'listening');
  test.after(() => server.close());
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const accounts = new Accounts(origin);
  const context = new Context({ host: new Host(origin), did, accounts, firehose: new FirehoseSeen({ origin, accounts, quietMs: 0, waitMs: 0 }), password: PASSWORD });
  return { results: await runInOrder(WRITING_CHECKS.filter(({ id }) => ids.test(id)), context), left: [...records] };
}

const made = ({ collection, rkey }: Input): object => ({ uri: `at://${did}/${collection}/${rkey}`, cid: 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454' });
const busy: Method = (_input, response) => say(response, 429, { error: 'RateLimitExceeded' });

describe('a record that was to be refused and was taken', () => {
  for (const [name, createRecord, code] of [
    ['and told', (input, response) => say(response, 200, made(input)), 'Status'],
    ['and told with blanks', (input, response) => say(response, 200, JSON.stringify(made(input), null, 2)), 'Status'],
    ['and told with other escapes', (input, response) => say(response, 200, JSON.stringify(made(input)).replaceAll('/', String.raw`\/`)), 'Status'],
    ['and told with another status', (input, response) => say(response, 201, made(input)), 'Status'],
    ['and not told', (_input, response) => say(response, 200, {}), 'Status'],
    ['by one that breaks down over it', (_input, response) => say(response, 500, { error: 'InternalServerError' }), 'Status'],
    ['by one that does not answer', (_input, response) => void response.destroy(), 'NoAnswer'],
  ] satisfies readonly (readonly [string, Method, string])[]) {
    it(`${name}: it is wrong, and the record is gone`, async (test) => {
      const { results, left } = await checked(test, /refused-/, { createRecord });
      assert.deepEqual(left, []);
      assert.deepEqual(new Set(results.map((result) => result.code)), new Set([code]));
      assert.ok(results.every(({ says }) => !says.includes('stay')));
    });
  }

  for (const [name, deleteRecord, says] of [
    ['is not deleted', (_input, response) => say(response, 500, {}), /^at:\/\/did:plc:[^ ]+ may stay, as deleteRecord answered 500; createRecord answered 200, /],
    ['is not deleted, as fewer requests are asked for', busy, /may stay: the server asks for fewer requests \(429\); createRecord answered 200, /],
  ] satisfies readonly (readonly [string, Method, RegExp])[]) {
    it(`and ${name}: both are told`, async (test) => {
      const { results: [result] } = await checked(test, /refused-lexicon/, { createRecord: (input, response) => say(response, 200, made(input)), deleteRecord });
      assert.equal(result?.code, 'Status');
      assert.match(result!.says, says);
    });
  }

  it('and written somewhere else is named', async (test) => {
    const elsewhere = `at://${did}/app.bsky.feed.post/3jzfcijpj2z2a`;
    const { results: [result] } = await checked(test, /refused-lexicon/, { createRecord: (_input, response) => say(response, 200, { uri: elsewhere }) });
    assert.ok(result?.says.startsWith(`What was written is at ${elsewhere}, and stays; createRecord answered 200`));
  });

  it('is not looked for where it was refused', async (test) => {
    const refused: Method = (_input, response) => say(response, 400, { error: 'InvalidRequest' });
    let deleted = 0;
    const { results } = await checked(test, /refused-/, { createRecord: refused, deleteRecord: () => deleted++ });
    assert.ok(results.every(({ outcome }) => outcome === 'passed'));
    assert.equal(deleted, 0);
    assert.deepEqual((await checked(test, /refused-lexicon/, { createRecord: busy, deleteRecord: busy })).results.map(({ outcome }) => outcome), ['not seen']);
  });
});

describe('what a server says is told, and not', () => {
  const says = async (test: TestContext, methods: Readonly<Record<string, Method>>): Promise<string> => {
    const { results } = await checked(test, /session|refused-lexicon/, methods);
    return tableOf(results) + JSON.stringify(results);
  };
  const refused = (message: string) => ({ error: 'InvalidToken', message });

  it('the password', async (test) => {
    const text = await says(test, { createSession: ({ password }, response) => say(response, 400, refused(`no such password: ${password}`)) });
    assert.ok(text.includes('no such password: [hidden]'));
    assert.ok(!text.includes('hunter'));
  });

  it('the token, also where it is cut off', async (test) => {
    const text = await says(test, { getSession: (_input, response, authorization) => say(response, 401, refused(`no such header: ${'.'.repeat(30)}${authorization}`)) });
    assert.match(text, /no such header: \.+Bearer \[hidden\]/);
    assert.ok(!text.includes('a-token'));
  });

  it('what moves the cursor of a terminal, or is without end', async (test) => {
    const text = await says(test, { createRecord: (_input, response) => say(response, 400, { error: `InvalidRequest\u001B[2J${'A'.repeat(9_000)}` }), getSession: (_input, response) => say(response, 200, { did, handle: 'alice.example' }) });
    assert.ok(!text.includes('\u001B'));
    assert.ok(text.length < 3_000);
  });
});
