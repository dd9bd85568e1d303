import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { IncomingMessage } from 'node:http';
import { callerAddress } from './caller-address.ts';

const caller = (peer: string, forwarded?: string, isBehindProxy = true): string => callerAddress(
  { socket: { remoteAddress: peer }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage, isBehindProxy,
);

it('what a proxy of this machine writes last is believed, and nobody else', () => {
  assert.equal(caller('127.0.0.1', '203.0.113.1, 198.51.100.7'), '198.51.100.7');
  assert.equal(caller('::ffff:127.0.0.1', '198.51.100.7'), '198.51.100.7');
  assert.equal(caller('203.0.113.1', '198.51.100.7'), '203.0.113.1');
  assert.equal(caller('127.0.0.1', '198.51.100.7', false), '127.0.0.1');
});

it('one who has a whole network of IPv6 is one caller, however it is written', () => {
  const ways = ['2001:db8:0:7::1', '2001:0DB8:0000:0007:ffff:ffff:ffff:ffff', '2001:db8:0:7:1:2:3:4', '2001:db8:0:7::1%eth0'];
  assert.deepEqual(new Set(ways.map((way) => caller('::1', way))), new Set(['2001:db8:0:7::/64']));
  const others = ['2001:db8:0:8::1', '2001:db8::7:0:0:1', '2001:db8:7::1', '::1', '198.51.100.7', '198.51.100.8', 'unknown'];
  assert.equal(new Set([...ways, ...others].map((way) => caller('::1', way))).size, 1 + others.length);
  assert.equal(caller('::ffff:198.51.100.7'), caller('198.51.100.7'));
});
