import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmtpSink } from '../../../test/support/smtp-sink.ts';
import { mailThrough } from './mail.ts';

const WORDS = { subject: 'A subject', text: 'A text.\n.\nAnd its end.' };
const FROM = 'mirror@mirror.test';
const never = new AbortController().signal;

test('a letter comes as it was written, from a server on this machine without TLS', async () => {
  const sink = await SmtpSink.start();
  await mailThrough({ host: '127.0.0.1', port: sink.port, isSecure: false, from: FROM })('ada@owner.test', WORDS, never);
  const [{ from, to, headers, text }] = sink.letters as [SmtpSink['letters'][number]];
  assert.deepEqual([from, to, headers.get('subject'), headers.get('from'), text.trim()], [FROM, ['ada@owner.test'], WORDS.subject, `Holdfast <${FROM}>`, WORDS.text]);
  await sink.close();
});

test('a server elsewhere that speaks no TLS hears neither letter nor password', async () => {
  // Not the address that counts as this machine.
  const sink = await SmtpSink.start('127.0.0.2');
  const send = mailThrough({ host: '127.0.0.2', port: sink.port, isSecure: false, login: { user: 'me', password: 'a-password' }, from: FROM });
  await assert.rejects(send('ada@owner.test', WORDS, never), /did not take it: (?:ETLS|ECONNECTION|ESOCKET|EPROTOCOL)/);
  assert.equal(sink.letters.length, 0);
  assert.doesNotMatch(sink.heard, /AUTH|MAIL FROM|a-password/i);
  await sink.close();
});

test('nobody waits for a server longer than they want', async () => {
  const sink = await SmtpSink.start();
  await sink.close();
  const stop = new AbortController();
  const sending = mailThrough({ host: '127.0.0.1', port: sink.port, isSecure: false, from: FROM })('ada@owner.test', WORDS, stop.signal);
  stop.abort();
  await assert.rejects(sending);
});
