import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countHosts } from './outgoing.ts';

describe('countHosts', () => {
  it('counts what goes to each host, with its port', () => {
    const counts = countHosts(['https://a.example/x.js', 'https://a.example/y.css', 'http://localhost:2583/z', 'wss://relay.example/']);
    assert.deepEqual([...counts], [['a.example', 2], ['localhost:2583', 1], ['relay.example', 1]]);
  });

  it('leaves out what goes to no host: blobs, data, what the house answers, what is no address', () => {
    const addresses = ['data:image/png;base64,AA==', 'blob:https://a.example/1234', 'https://a.example/xrpc/com.atproto.sync.getRepo?did=x', 'nonsense'];
    assert.equal(countHosts(addresses).size, 0);
  });
});
