import assert from 'node:assert/strict';
import { it } from 'node:test';
import { XrpcError } from '../pds/index.ts';
import { allowedHandle } from './handle-rules.ts';

it('nobody gets the name of the mirror itself, or of the place of the pages', () => {
  const settings = { handleDomains: ['example.com'], hostname: 'copies.example.com', moreHostnames: ['more.example.com'] };
  assert.equal(allowedHandle('Alice.example.com', settings), 'alice.example.com');
  assert.equal(allowedHandle('copies.example.com', { handleDomains: ['example.com'] }), 'copies.example.com');
  for (const handle of ['copies.example.com', 'COPIES.example.com', 'more.example.com', 'house.example.com']) {
    assert.throws(() => allowedHandle(handle, settings), (error) => error instanceof XrpcError && error.code === 'HandleNotAvailable', handle);
  }
});
