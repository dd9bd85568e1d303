import assert from 'node:assert/strict';
import { it } from 'node:test';
import { invitedBy, isMixed, mirrorAddress } from './mirror-address.ts';

it('what people type for a mirror becomes its origin', () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    'mirror.example.com': 'https://mirror.example.com',
    ' https://mirror.example.com/xrpc/x?y#z ': 'https://mirror.example.com',
    'mirror.example.com:8443': 'https://mirror.example.com:8443',
    'localhost:2583': 'http://localhost:2583',
    'http://localhost:2583': 'http://localhost:2583',
    '127.0.0.1:2583': 'http://127.0.0.1:2583',
    'http://mirror.example.com': 'http://mirror.example.com',
    '': undefined,
    'my mirror': undefined,
    'mirror': undefined,
    'ftp://mirror.example.com': undefined,
    'data://mirror.example.com/x': undefined,
    'https://somebody:secret@mirror.example.com': undefined,
  };
  for (const [typed, origin] of Object.entries(cases)) assert.equal(mirrorAddress(typed), origin, typed);
});

it('a secure page may not talk to an insecure mirror, unless it is on this machine', () => {
  const secure = { protocol: 'https:' };
  assert.equal(isMixed(secure, 'http://mirror.example.com'), true);
  assert.equal(isMixed(secure, 'https://mirror.example.com'), false);
  assert.equal(isMixed(secure, 'http://localhost:2583'), false);
  assert.equal(isMixed(secure, 'http://127.0.0.1:2583'), false);
  assert.equal(isMixed({ protocol: 'http:' }, 'http://mirror.example.com'), false);
});

it('the link of an invitation names a mirror and a code; anything else is none', () => {
  assert.deepEqual(invitedBy('#at=mirror.example.com&invite=abc-def'), { address: 'https://mirror.example.com', invite: 'abc-def' });
  assert.deepEqual(invitedBy('#at=http%3A%2F%2Flocalhost%3A2583&invite='), { address: 'http://localhost:2583', invite: '' });
  assert.deepEqual(invitedBy('#at=mirror.example.com'), { address: 'https://mirror.example.com', invite: '' });
  for (const fragment of ['', '#', '#invite=abc', '#at=javascript:alert(1)', '#at=mirror', '#at=https://me@mirror.example.com', `#at=mirror.example.com&invite=${'x'.repeat(129)}`]) assert.equal(invitedBy(fragment), undefined, fragment);
});
