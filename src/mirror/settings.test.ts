import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { printable, readSettings, SettingError } from './settings.ts';

test('a mirror of this machine needs no setting', () => {
  assert.deepEqual(readSettings({ HOLDFAST_HOSTNAME: '' }), {
    port: 2583, folder: '.holdfast/mirror', handleDomains: ['holdfast.test'], directory: 'https://plc.directory', relays: [], invites: [], inviteOnly: false,
    blobBytes: 50_000_000, repoBytes: 1_000_000_000, allBlobBytes: 10_000_000_000, requestsIn5Minutes: 6_000, eventDays: 30, watchSeconds: 3_600, webrtc: { iceServers: [] },
  });
});

test('a mirror of the world gives handles under its own name', () => {
  const settings = readSettings({
    HOLDFAST_HOSTNAME: 'Mirror.Example.com', HOLDFAST_RELAYS: 'https://bsky.network, http://localhost:2584/', HOLDFAST_INVITES: 'a, b,',
    HOLDFAST_MIRROR_PORT: '443', HOLDFAST_PLC_URL: 'http://localhost:2582/', HOLDFAST_CONTACT_EMAIL: 'me@example.com',
  });
  assert.equal(settings.hostname, 'mirror.example.com');
  assert.deepEqual(settings.handleDomains, ['mirror.example.com']);
  assert.deepEqual(settings.relays, ['https://bsky.network', 'http://localhost:2584']);
  assert.deepEqual(settings.invites, ['a', 'b']);
  assert.equal(settings.directory, 'http://localhost:2582');
  assert.equal(settings.contactEmail, 'me@example.com');
  assert.equal(settings.webrtc, undefined);
});

test('further host names are names of the world beside the first, or the address of this machine', () => {
  const more = (names: string, first?: string) => readSettings({ HOLDFAST_MORE_HOSTNAMES: names, ...(first !== undefined && { HOLDFAST_HOSTNAME: first }) }).moreHostnames;
  assert.deepEqual(more('B.example.com, c.example.com', 'a.example.com'), ['b.example.com', 'c.example.com']);
  assert.deepEqual([more('127.0.0.1'), more('')], [['127.0.0.1'], undefined]);
  for (const [names, first] of [['a.example.com', 'a.example.com'], ['b.example.com,b.example.com', 'a.example.com'], ['127.0.0.1', 'a.example.com'], ['b.example.com'], ['localhost'], ['127.0.0.1,127.0.0.1']] as const) {
    assert.throws(() => more(names, first), (error: Error) => error instanceof SettingError && error.message.startsWith('HOLDFAST_MORE_HOSTNAMES is'), names);
  }
  assert.equal(more(Array.from({ length: 99 }, (_, index) => `n${index}.example.com`).join(), 'a.example.com')?.length, 99);
  assert.throws(() => more(Array.from({ length: 100 }, (_, index) => `n${index}.example.com`).join(), 'a.example.com'), SettingError);
});

test('direct connections are for whoever opens ports for them', () => {
  const webrtc = (more: object) => readSettings({ HOLDFAST_HOSTNAME: 'mirror.example.com', ...more }).webrtc;
  assert.deepEqual(webrtc({ HOLDFAST_UDP_PORTS: '50000-50100' }), { ports: { from: 50_000, to: 50_100 }, iceServers: [] });
  assert.deepEqual(webrtc({ HOLDFAST_UDP_PORTS: '50000-50100', HOLDFAST_ICE_SERVERS: 'stun:stun.example.com:3478, turn:me:a:secret@[2001:db8::1]:3478' })?.iceServers, [
    { urls: 'stun:stun.example.com:3478' }, { urls: 'turn:[2001:db8::1]:3478', username: 'me', credential: 'a:secret' },
  ]);
  assert.equal(readSettings({ HOLDFAST_UDP_PORTS: 'off' }).webrtc, undefined);
});

test('a password of an ICE server is not told', () => {
  assert.throws(() => readSettings({ HOLDFAST_ICE_SERVERS: 'stun:me:secret@stun.example.com' }), (error: Error) => error instanceof SettingError && !error.message.includes('secret'));
});

test('an operator has a port only where it is set, and then a token', () => {
  const token = 'x'.repeat(24);
  assert.equal(readSettings({ HOLDFAST_OPERATOR_TOKEN: token }).operator, undefined);
  assert.deepEqual(readSettings({ HOLDFAST_OPERATOR_PORT: '2585', HOLDFAST_OPERATOR_TOKEN: token }).operator, { port: 2585, address: '127.0.0.1', token });
  assert.deepEqual(
    readSettings({ HOLDFAST_OPERATOR_PORT: '0', HOLDFAST_OPERATOR_TOKEN: token, HOLDFAST_OPERATOR_ADDRESS: '0.0.0.0', HOLDFAST_OPERATOR_HOSTNAME: 'Mirror' }).operator,
    { port: 0, address: '0.0.0.0', token, hostname: 'mirror' },
  );
  for (const wrong of [undefined, '', 'x'.repeat(23), `${'x'.repeat(24)} y`, 'é'.repeat(24)]) {
    assert.throws(() => readSettings({ HOLDFAST_OPERATOR_PORT: '2585', HOLDFAST_OPERATOR_TOKEN: wrong }), (error: Error) => (
      error instanceof SettingError && error.message.startsWith('HOLDFAST_OPERATOR_TOKEN ') && !error.message.includes(wrong || 'HOLDFAST_X')
    ));
  }
});

test('what is printed of the settings is what was read, without its secrets', () => {
  const settings = readSettings({
    HOLDFAST_HOSTNAME: 'mirror.example.com', HOLDFAST_INVITES: 'secret-one,secret-two', HOLDFAST_OPERATOR_PORT: '2585', HOLDFAST_OPERATOR_TOKEN: 'secret-of-the-operator-012',
    HOLDFAST_UDP_PORTS: '50000-50100', HOLDFAST_ICE_SERVERS: 'stun:stun.example.com, turn:name:secret-word@turn.example.com',
  });
  assert.deepEqual(printable(settings), {
    ...settings, invites: ['set', 'set'], operator: { port: 2585, address: '127.0.0.1', token: 'set' },
    webrtc: { ports: { from: 50_000, to: 50_100 }, iceServers: [{ urls: 'stun:stun.example.com' }, { urls: 'turn:turn.example.com', username: 'name', credential: 'set' }] },
  });
  assert.ok(!JSON.stringify(printable(settings)).includes('secret'));
});

test('docs/hosting.md lists every setting, and no other', () => {
  const read = new Set(readFileSync(join(import.meta.dirname, 'settings.ts'), 'utf8').match(/(?<=\.\w+\(')[A-Z][A-Z_]+(?=')/g));
  const rows = readFileSync(join(import.meta.dirname, '../../docs/hosting.md'), 'utf8').split('\n').filter((line) => line.startsWith('   | `HOLDFAST_'));
  const listed = rows.flatMap((row) => row.split('|')[1]!.match(/(?<=HOLDFAST_)[A-Z_]+/g) ?? []);
  assert.ok(read.size > 15);
  assert.deepEqual(listed.toSorted(), [...read].toSorted());
});

const WRONG: Readonly<Record<string, readonly string[]>> = {
  MIRROR_PORT: ['65536', '-1', '80.5', 'http'],
  HOSTNAME: ['https://mirror.example.com', 'mirror.example.com:443', 'localhost', '127.0.0.1', 'a b.com'],
  HANDLE_DOMAIN: ['a b', 'https://x.test', '-'],
  PLC_URL: ['plc.directory', 'ftp://plc.directory', 'https://plc.directory/path', 'https://a@plc.directory'],
  RELAYS: ['bsky.network', 'https://bsky.network,nothing'],
  UDP_PORTS: ['50000', '80-90', '50100-50000', '50000-70000', 'on'],
  ICE_SERVERS: ['stun.example.com', 'http://stun.example.com', 'turn:turn.example.com', 'stun:'],
  BLOB_LIMIT: ['5MB', '-5', '1e9'],
  OPERATOR_PORT: ['65536', 'http'],
  LOG: ['JSON', 'yes'],
  TERMS: ['example.com', 'data:,terms'],
};

test('a password of a server is never repeated, whatever else is wrong', () => {
  for (const text of ['turn:me:sec:ret@host_bad', 'turn:me:se@cret@host', 'turn:me:sec,ret@host', 'turn:secret@host', 'turn:me:se/cret@host?a', 'me:secret']) {
    assert.throws(() => readSettings({ HOLDFAST_ICE_SERVERS: text }), ({ message }: Error) => !/sec|cret|ret@/.test(message), text);
  }
});

test('what may be a password is repeated of no address, wherever it stands', () => {
  const wrong = ['https://me:secret@example.com', 'https://:secret@example.com', 'https://me:sec,ret@example.com', 'me:secret@example.com', 'ftp://me:secret@example.com/', 'https://me:secret@example.com:x'];
  for (const name of ['PLC_URL', 'PAGES_URL', 'TERMS', 'RELAYS', 'HOSTNAME', 'MORE_HOSTNAMES', 'HANDLE_DOMAIN']) {
    for (const text of wrong) {
      assert.throws(() => readSettings({ [`HOLDFAST_${name}`]: text }), (error: Error) => (
        error instanceof SettingError && error.message.startsWith(`HOLDFAST_${name} is `) && error.message.includes('It takes ') && !/secret|sec|ret@/.test(error.message)
      ), `${name}=${text}`);
    }
  }
});

for (const [name, texts] of Object.entries(WRONG)) {
  for (const text of texts) {
    test(`HOLDFAST_${name}=${text} is refused by its name`, () => {
      assert.throws(() => readSettings({ [`HOLDFAST_${name}`]: text }), (error: Error) => (
        error instanceof SettingError && error.message.startsWith(`HOLDFAST_${name} is `) && error.message.includes('It takes ')
      ));
    });
  }
}

test('letters go through a mail server, whose address no message and no print repeats', () => {
  const mail = (url: string, from = 'mirror@example.com') => readSettings({ HOLDFAST_SMTP_URL: url, HOLDFAST_MAIL_FROM: from }).mail;
  assert.deepEqual(mail('smtps://me%40example.com:sec%2Fret@smtp.example.com'), {
    host: 'smtp.example.com', port: 465, isSecure: true, login: { user: 'me@example.com', password: 'sec/ret' }, from: 'mirror@example.com',
  });
  assert.deepEqual(mail('smtp://[::1]:2525/'), { host: '::1', port: 2525, isSecure: false, from: 'mirror@example.com' });
  assert.equal(mail('smtp://mail.example.com')?.port, 587);
  assert.equal(readSettings({ HOLDFAST_MAIL_FROM: 'mirror@example.com' }).mail, undefined);
  const settings = readSettings({ HOLDFAST_SMTP_URL: 'smtp://me:secret@mail.example.com', HOLDFAST_MAIL_FROM: 'mirror@example.com' });
  assert.ok(!JSON.stringify(printable(settings)).includes('secret'));
  for (const [url, from] of [['https://me:secret@mail.example.com', 'a@b.test'], ['secret', 'a@b.test'], ['smtp://me:secret@mail.example.com/x', 'a@b.test'], ['smtp://me:secret%zz@mail.example.com', 'a@b.test'], ['smtp://me:secret@mail.example.com', undefined], ['smtp://me:secret@mail.example.com', 'Me <a@b.test>']]) {
    assert.throws(() => readSettings({ HOLDFAST_SMTP_URL: url, HOLDFAST_MAIL_FROM: from }), (error: Error) => error instanceof SettingError && !error.message.includes('secret'));
  }
});
