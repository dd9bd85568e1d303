import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/until.ts';
import { addressFinder } from './find-addresses.ts';
import type { FindAddresses } from './find-addresses.ts';

const TYPE_A = 1;
const HOSTS = `127.0.0.1 localhost\n # 1.1.1.1 no.example\n93.184.216.34\tpinned.example other.example # not.example\n::1 localhost ip6-localhost\nnonsense odd.example\n`;

/** A name server that knows one name, says of another that it has no address, and of all others nothing. */
let server: Socket;
let find: FindAddresses;
const asked = new Set<string>();

before(async () => {
  server = createSocket('udp4').on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    asked.add(name);
    if (!['known.example', 'empty.example'].includes(name)) return;
    const isGiven = name === 'known.example' && query.readUInt16BE(at + 1) === TYPE_A;
    const head = Buffer.from([query[0]!, query[1]!, 0x81, 0x80, 0, 1, 0, isGiven ? 1 : 0, 0, 0, 0, 0]);
    const answer = isGiven ? Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 216, 34]) : Buffer.alloc(0);
    server.send(Buffer.concat([head, query.subarray(12, at + 5), answer]), port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  find = addressFinder({ servers: [`127.0.0.1:${server.address().port}`], ownNames: async () => HOSTS });
});
after(() => server.close());

const none = new AbortController().signal;

test('a name is looked up in the DNS, and one without an address leads nowhere', async () => {
  assert.deepEqual(await find('known.example', none), [{ address: '93.184.216.34', family: 4 }]);
  await assert.rejects(find('empty.example', none), { code: 'ENODATA' });
});

test('names of this machine are found as it has them, and nobody else is asked', async () => {
  asked.clear();
  assert.deepEqual(await find('localhost', none), [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }]);
  assert.deepEqual(await find('Other.Example', none), [{ address: '93.184.216.34', family: 4 }]);
  assert.deepEqual([...asked], []);
  for (const name of ['no.example', 'not.example', 'odd.example']) await assert.rejects(find(name, AbortSignal.timeout(50)), name);
});

test('names that nobody answers for are given up when they are to be, and keep no thread of the process', async () => {
  asked.clear();
  const stopped = new AbortController();
  const all = Array.from({ length: 200 }, (_, index) => find(`n${index}.silent.example`, stopped.signal).then(() => 'found', ({ code }: { code: string }) => code));
  // A socket takes only so many at once; threads there are four.
  await until('they are asked for', () => asked.size > 20);
  // What goes by the threads, as this, goes on.
  await lookup('localhost');
  stopped.abort();
  const outcomes = await Promise.race([Promise.all(all), pause(20_000, ['none'], { ref: false })]);
  assert.deepEqual([...new Set(outcomes)], ['ECANCELLED']);
  await assert.rejects(find('known.example', stopped.signal), { name: 'AbortError' });
});
