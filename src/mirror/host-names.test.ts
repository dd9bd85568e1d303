import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostNames } from './host-names.ts';

test('the names of a mirror of the world, and by which of them it is asked', () => {
  const names = new HostNames({ hostname: 'a.example.com', moreHostnames: ['b.example.com'] }, 2583);
  assert.deepEqual(names.all.map(({ name, hostname, origin, did }) => [name, hostname, origin, did]), [
    ['a.example.com', 'a.example.com', 'https://a.example.com', 'did:web:a.example.com'], ['b.example.com', 'b.example.com', 'https://b.example.com', 'did:web:b.example.com'],
  ]);
  const asked = (host: string | undefined): string => names.asked(host).name;
  for (const host of ['b.example.com', 'B.Example.com', 'b.example.com:443', 'b.example.com.']) assert.equal(asked(host), 'b.example.com', host);
  assert.equal(asked(undefined), 'a.example.com');
  for (const host of ['', 'a.example.com', 'c.example.com', 'x.b.example.com', 'b.example.com@c', '[::1]:2583', '::']) assert.equal(asked(host), 'a.example.com', host);
  assert.deepEqual([names.of({ host: 'b.example.com' })?.name, names.of({ host: 'gone.example.com' }), names.of({})?.name], ['b.example.com', undefined, 'a.example.com']);
  assert.deepEqual([names.at('https://b.example.com')?.name, names.at('http://b.example.com'), names.at(undefined)], ['b.example.com', undefined, undefined]);
});

test('the names of a mirror of this machine hold its port to the network, and not to its store', () => {
  const names = new HostNames({ moreHostnames: ['127.0.0.1'] }, 2583);
  assert.deepEqual(names.all.map(({ name, hostname, origin, did }) => [name, hostname, origin, did]), [
    ['localhost', 'localhost:2583', 'http://localhost:2583', 'did:web:localhost%3A2583'], ['127.0.0.1', '127.0.0.1:2583', 'http://127.0.0.1:2583', 'did:web:127.0.0.1%3A2583'],
  ]);
  assert.deepEqual(['127.0.0.1:2583', '127.0.0.1', 'localhost:2583'].map((host) => names.asked(host).name), ['127.0.0.1', '127.0.0.1', 'localhost']);
  assert.equal(new HostNames({}, 1).asked('127.0.0.1:1').name, 'localhost');
});
