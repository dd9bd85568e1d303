import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plcChanges } from './index.ts';
import type { PlcData } from './index.ts';

const pds = (endpoint: string, type = 'AtprotoPersonalDataServer') => ({ atproto_pds: { type, endpoint } });
const BEFORE: PlcData = {
  rotationKeys: ['did:key:zKit', 'did:key:zHouse'], verificationMethods: { atproto: 'did:key:zSigning' },
  alsoKnownAs: ['at://ada.example.com'], services: pds('https://mirror.test'),
};

const changed = (change: Partial<PlcData>) => plcChanges(BEFORE, { ...BEFORE, ...change });

test('a new DID, an end, and an operation that says the same again', () => {
  assert.deepEqual(plcChanges(undefined, BEFORE), [
    { what: 'made' }, { what: 'handle', after: 'ada.example.com' }, { what: 'server', after: 'https://mirror.test' },
  ]);
  assert.deepEqual(plcChanges(undefined, { ...BEFORE, alsoKnownAs: [], services: {} }), [{ what: 'made' }]);
  assert.deepEqual(plcChanges(BEFORE, undefined), [{ what: 'ended' }]);
  assert.deepEqual(changed({}), []);
});

test('name, server and keys, with what they were', () => {
  assert.deepEqual(changed({ alsoKnownAs: ['at://eve.example.com'] }), [{ what: 'handle', before: 'ada.example.com', after: 'eve.example.com' }]);
  assert.deepEqual(changed({ alsoKnownAs: [] }), [{ what: 'handle', before: 'ada.example.com' }]);
  assert.deepEqual(changed({ services: {} }), [{ what: 'server', before: 'https://mirror.test' }]);
  assert.deepEqual(changed({ verificationMethods: {} }), [{ what: 'signing-key', before: 'did:key:zSigning' }]);
  assert.deepEqual(changed({ rotationKeys: ['did:key:zEve', 'did:key:zKit'] }), [
    { what: 'rotation-key', change: 'added', key: 'did:key:zEve' }, { what: 'rotation-key', change: 'removed', key: 'did:key:zHouse' },
  ]);
  assert.deepEqual(changed({ rotationKeys: ['did:key:zHouse', 'did:key:zKit'] }), [{ what: 'rotation-order' }]);
});

test('other names, keys and services by what they are called, also where the server is of another type', () => {
  assert.deepEqual(changed({
    alsoKnownAs: ['at://ada.example.com', 'https://ada.example.com', 'at://second.test'],
    verificationMethods: { ...BEFORE.verificationMethods, other: 'did:key:zOther' },
    services: { ...BEFORE.services, labeler: { type: 'AtprotoLabeler', endpoint: 'https://labels.test' } },
  }), [
    { what: 'name', change: 'added', id: 'https://ada.example.com' }, { what: 'name', change: 'added', id: 'at://second.test' },
    { what: 'method', change: 'added', id: 'other' }, { what: 'service', change: 'added', id: 'labeler' },
  ]);
  assert.deepEqual(changed({ services: pds('https://mirror.test', 'Other') }), [{ what: 'service', change: 'added', id: 'atproto_pds' }]);
  const labeled = { ...BEFORE, services: { labeler: { type: 'AtprotoLabeler', endpoint: 'https://labels.test' } } };
  const elsewhere = { ...labeled, services: { labeler: { type: 'AtprotoLabeler', endpoint: 'https://elsewhere.test' } } };
  assert.deepEqual(plcChanges(labeled, elsewhere), [{ what: 'service', change: 'replaced', id: 'labeler' }]);
});
