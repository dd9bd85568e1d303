import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isMixed, mirrorAddress } from './mirror-address.ts';

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
