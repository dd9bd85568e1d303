import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { json, MirrorHouse, startTestMirror } from '../../test/support/running-mirror.ts';
import type { RunningTestMirror, Told } from '../../test/support/running-mirror.ts';
import { SmtpSink } from '../../test/support/smtp-sink.ts';
import { until } from '../../test/support/until.ts';

interface Way {
  readonly id: string;
  readonly target: string;
  readonly confirmed: boolean;
}

const FROM = 'mirror@mirror.test';
const TOKEN = 'a-token-of-an-operator-in-a-test';
const GET = { method: 'GET' };
const refused = ({ status, body }: Told): unknown[] => [status, body['error']];
const deed = (name: string, more: object): ReturnType<typeof json> => json({ deed: { $type: `app.holdfast.mirror.setAlerts#${name}`, ...more } });

describe('letters to owners', () => {
  let mirror: RunningTestMirror;
  let sink: SmtpSink;
  const lines: string[] = [];
  before(async () => {
    sink = await SmtpSink.start();
    mirror = await startTestMirror({
      log: (line) => lines.push(line),
      settings: { mail: { host: '127.0.0.1', port: sink.port, isSecure: false, from: FROM }, operator: { port: 0, address: '127.0.0.1', token: TOKEN } },
    });
  });
  after(async () => {
    await mirror.close();
    await sink.close();
  });

  const waysOf = async (house: MirrorHouse): Promise<Way[]> => ((await house.expect('getAlerts', GET))['alerts'] as { ways: Way[] }).ways;
  const add = (house: MirrorHouse, address: string): Promise<Told> => house.call('setAlerts', deed('addEmail', { address }));
  const confirm = (house: MirrorHouse, { id }: Way, code: string): Promise<Told> => house.call('setAlerts', deed('confirm', { id, code }));
  const codeOf = (address: string): string => /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(sink.to(address).at(-1)!.text)![0];

  it('a code is sent first; when it has come back, alarms are sent, and not before', async () => {
    const house = await MirrorHouse.paired(mirror, 1);
    assert.deepEqual(((await house.expect('getAlerts', GET))['alerts'] as { kinds: string[] }).kinds, ['webhook', 'push', 'email']);
    assert.equal((await add(house, 'ada@owner.test')).status, 200);
    const [letter] = sink.to('ada@owner.test');
    assert.deepEqual([letter?.from, letter?.headers.get('to'), letter?.headers.get('auto-submitted')], [FROM, 'ada@owner.test', 'auto-generated']);
    assert.match(letter!.text, new RegExp(`something happens to @${house.handle} \\(${house.did}\\)`));
    const [way] = await waysOf(house) as [Way];
    assert.deepEqual([way.target, way.confirmed], ['ada@owner.test', false]);
    assert.deepEqual(refused(await house.call('setAlerts', deed('test', { id: way.id }))), [400, 'AlertNotFound']);
    const stand = async (status: string): Promise<void> => {
      const answer = await fetch(`${mirror.operatorUrl}/xrpc/app.holdfast.operator.updateAccount`, {
        method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ did: house.did, status }),
      });
      assert.equal(answer.status, 200);
    };
    await stand('suspended');
    await stand('active');
    // The code as a person may type it.
    const code = codeOf('ada@owner.test');
    assert.equal((await confirm(house, way, ` ${code.toLowerCase().replace('-', ' ')}`)).status, 200);
    assert.equal((await waysOf(house))[0]?.confirmed, true);
    assert.equal((await add(house, 'ada@owner.test')).status, 200);
    assert.equal((await waysOf(house)).length, 1);
    assert.equal(sink.to('ada@owner.test').length, 1, 'nothing was sent before, and no second code to an address that is confirmed');
    await house.expect('setAlerts', deed('test', { id: way.id }));
    await stand('suspended');
    await until('the owner is told', () => sink.to('ada@owner.test').length === 3);
    assert.deepEqual(sink.to('ada@owner.test').slice(1).map(({ headers }) => headers.get('subject')), [
      'A test: this is how you are told', `This mirror does not serve @${house.handle} (${house.did}) any more`,
    ]);
    assert.ok(!lines.some((line) => line.includes('owner.test') || line.includes(code)), 'the log names no address and no code');
  });

  it('a wrong code, one of another address, and one that was used are refused; five wrong ones end it', async () => {
    const house = await MirrorHouse.paired(mirror, 2);
    for (const address of ['one@owner.test', 'two@owner.test']) assert.equal((await add(house, address)).status, 200);
    const [one, two] = await waysOf(house) as [Way, Way];
    const [ofOne, ofTwo] = ['one@owner.test', 'two@owner.test'].map(codeOf) as [string, string];
    for (const wrong of ['', 'AAAA-AAAA', ofTwo]) assert.deepEqual(refused(await confirm(house, one, wrong)), [400, 'CodeInvalid'], wrong);
    assert.equal((await confirm(house, one, ofOne)).status, 200);
    assert.deepEqual(refused(await confirm(house, one, ofOne)), [400, 'CodeInvalid'], 'again');
    for (let times = 0; times < 5; times++) await confirm(house, two, 'AAAA-AAAA');
    assert.deepEqual(refused(await confirm(house, two, ofTwo)), [400, 'CodeInvalid'], 'too late');
    assert.deepEqual((await waysOf(house)).map(({ target }) => target), ['one@owner.test']);
  });

  it('what is not one address is refused, and no letter goes out', async () => {
    const house = await MirrorHouse.paired(mirror, 3);
    const letters = sink.letters.length;
    for (const address of ['ada', 'ada@localhost', 'a@b.test, c@d.test', 'Ada <ada@owner.test>', 'a@b.test\r\nBcc: c@d.test', `${'x'.repeat(65)}@owner.test`, 'a b@owner.test', '"a"@owner.test', 'ada@127.0.0.1']) {
      assert.deepEqual(refused(await add(house, address)), [400, 'InvalidAlert'], address);
    }
    assert.deepEqual([await waysOf(house), sink.letters.length], [[], letters]);
  });

  it('one address gets three codes a day, whoever asks; what the server does not take is told without its words', async () => {
    for (const seed of [4, 5, 6]) assert.equal((await add(await MirrorHouse.paired(mirror, seed), 'eve@owner.test')).status, 200);
    const house = await MirrorHouse.paired(mirror, 7);
    assert.deepEqual(refused(await add(house, 'Eve@Owner.test')), [429, 'RateLimitExceeded']);
    sink.isFull = true;
    const answer = await add(house, 'full@owner.test');
    sink.isFull = false;
    assert.deepEqual(refused(answer), [400, 'AlertFailed']);
    assert.deepEqual(await waysOf(house), []);
    assert.ok(lines.some((line) => line.includes('the mail server did not take it: EENVELOPE 452')) && !lines.some((line) => line.includes('no room')));
  });
});
