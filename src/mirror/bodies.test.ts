import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { it } from 'node:test';
import { startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror } from '../../test/support/running-mirror.ts';

/** Sends the beginning of a body and no more; what is answered, until the other end ends it. */
function said(mirror: RunningTestMirror, method: string, headers: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(mirror.port, '127.0.0.1', () => {
      socket.write([`POST /xrpc/app.holdfast.mirror.${method} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 900000', ...headers, '', '{"way": "'].join('\r\n'));
    });
    let answer = '';
    socket.on('data', (data) => answer += data.toString());
    socket.on('close', () => resolve(answer));
    socket.on('error', () => undefined);
  });
}

it('of a method that needs a token no body is read without one', async () => {
  const lines: string[] = [];
  const mirror = await startTestMirror({ log: (line) => lines.push(line), bodyMs: 3_600_000 });
  for (const method of ['setAlerts', 'putKit', 'enroll']) {
    assert.match(await said(mirror, method, []), / 401 [^]*"AuthMissing"/, method);
    assert.match(await said(mirror, method, ['Authorization: Basic x']), / 400 [^]*"InvalidToken"/, method);
    assert.deepEqual(lines.filter((line) => line.startsWith(`app.holdfast.mirror.${method} of somebody was refused`)).map((line) => line.split(': ')[1]), ['AuthMissing', 'InvalidToken']);
  }
  await mirror.close();
});

it('a body of JSON that does not come is waited for no longer than it may take', async () => {
  const mirror = await startTestMirror({ bodyMs: 20 });
  for (const [method, headers] of [['getTerms', []], ['setAlerts', ['Authorization: Bearer x.y.z']]] as const) {
    assert.match(await said(mirror, method, headers), / 408 [^]*"RequestTimeout"/, method);
  }
  await mirror.close();
});
