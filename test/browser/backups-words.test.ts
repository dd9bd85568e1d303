import { healthOf } from '../../src/ui/state/health.ts';
import { countHosts } from '../../src/ui/state/outgoing.ts';
import { looksLikeKit } from '../../src/ui/state/kit-sniff.ts';
import { removalRisks } from '../../src/ui/state/removal-risks.ts';
import { verdictOf } from '../../src/ui/state/verdict.ts';
import { equal, ok } from './assert.ts';
import type { Account } from '../../src/ui/state/account-store.ts';
import type { VerifyResult } from '../../src/ui/jobs/job-types.ts';

const match = (text: string | undefined, pattern: RegExp): void => ok(pattern.test(text ?? ''), `“${text}” is not ${pattern}`);

describe('what leaves the device', () => {
  it('is counted by host, with its port', () => {
    const counts = countHosts(['https://a.example/x.js', 'https://a.example/y.css', 'http://localhost:2583/z', 'wss://relay.example/']);
    equal(JSON.stringify([...counts]), JSON.stringify([['a.example', 2], ['localhost:2583', 1], ['relay.example', 1]]));
  });

  it('is not what goes to no host: blobs, data, what the house answers, what is no address', () => {
    const addresses = ['data:image/png;base64,AA==', 'blob:https://a.example/1234', 'https://a.example/xrpc/com.atproto.sync.getRepo?did=x', 'nonsense'];
    equal(countHosts(addresses).size, 0);
  });
});

describe('a file that may be a kit', () => {
  const cases: readonly (readonly [string, BlobPart, boolean])[] = [
    ['a sealed file', 'age-encryption.org/v1\n-> scrypt abc 14\n', true],
    ['an armored one, after an empty line', '\n-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n', true],
    ['an empty file', '', false],
    ['a CAR', Uint8Array.of(0x3a, 0xa2, 0x65, 0x72, 0x6f, 0x6f, 0x74, 0x73), false],
    ['another version of age', 'age-encryption.org/v2\n', false],
    ['a file larger than any kit', `age-encryption.org/v1\n${'x'.repeat(96 * 1024)}`, false],
  ];
  for (const [name, content, expected] of cases) {
    it(`${expected ? 'is' : 'is not'} ${name}`, async () => equal(await looksLikeKit(new Blob([content])), expected));
  }
});

describe('the verdict on a file', () => {
  const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz';
  const NAME = 'alice.example.com';
  const RESULT: VerifyResult = {
    did: DID, head: 'bafyrei', rev: '3kztestrev222', records: 3, bytes: 1000, collections: [], blobs: 0, foreign: 0, unreachable: 0,
    signature: 'verified', signedBy: 'did:key:zDn', house: 'same',
  };
  const said = (result: VerifyResult): string => verdictOf(result, NAME).sentences.join(' ');

  it('is good when its signature is right, and says whose it is', () => {
    const { tone, title } = verdictOf(RESULT, NAME);
    equal(tone, 'good');
    match(title, /good: it belongs to alice\.example\.com/);
    match(said(RESULT), /exactly what is in this house/);
  });

  it('says how the file stands to the house', () => {
    match(said({ ...RESULT, house: 'older' }), /older than what is in this house/);
    match(said({ ...RESULT, house: 'newer' }), /newer than what is in this house/);
  });

  it('is not good where the signature could not be checked', () => {
    const { signedBy: _, ...rest } = RESULT;
    const unknown: VerifyResult = { ...rest, signature: 'unknown', house: 'absent' };
    const { tone, title } = verdictOf(unknown, NAME);
    equal(tone, 'amber');
    ok(!title.includes('good'), title);
    match(said(unknown), /signature cannot be checked here/);
  });

  it('says which verifiers have read it, and why the second one has not', () => {
    match(said({ ...RESULT, second: { says: 'accepted' } }), /Two independent verifiers .* agree/);
    match(said({ ...RESULT, second: { says: 'too-large' } }), /Only Holdfast’s own verifier has read it: .* up to 100 MB/);
    match(said({ ...RESULT, second: { says: 'unable' } }), /Only Holdfast’s own verifier has read it: .* no room in memory/);
    ok(!/verifier/.test(said(RESULT)), 'it was not asked');
  });

  it('is bad where the two disagree, and gives the words of the second', () => {
    const refused: VerifyResult = { ...RESULT, second: { says: 'refused', reason: 'missing leaf blocks' } };
    const { tone, title } = verdictOf(refused, NAME);
    equal(tone, 'bad');
    match(title, /disagree/);
    match(said(refused), /refuses it: “missing leaf blocks”/);
  });

  it('tells of what is unusual', () => {
    match(said({ ...RESULT, foreign: 2, unreachable: 5 }), /form of its own: 2\..*belong to nothing: 5\./);
  });
});

describe('the reminder of a backup', () => {
  const ACCOUNT = { did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', kit: 'proven', head: { cid: 'bafyreihead', rev: '3kzhead222222' }, records: 5 } as unknown as Account;
  const saved = (days: number, rev: string) => {
    const backup = { time: new Date(Date.now() - days * 86_400_000).toISOString(), rev };
    const { state, word, text } = healthOf(ACCOUNT, backup, undefined, undefined).find(({ id }) => id === 'backup')!;
    return `${state}: ${word}. ${text}`;
  };

  it('comes once it is behind for a month, and not where nothing has changed', () => {
    match(saved(29, '3kzold2222222'), /^amber: Behind\. Saved .* Something has changed since/);
    match(saved(31, '3kzold2222222'), /^amber: Old\. Saved .*, and something has changed since\. It is time for a new one/);
    match(saved(400, ACCOUNT.head.rev), /^good: Up to date\./);
  });
});

describe('what is lost with an account', () => {
  const HEAD = { cid: 'bafyreihead', rev: '3kzhead222222' };
  const ACCOUNT = { kit: 'proven', head: HEAD, records: 5 } as const;
  const SAVED = { rev: HEAD.rev };

  it('is nothing where the kit is proven, the last backup is up to date and there are no blobs', () => {
    equal(removalRisks(ACCOUNT, SAVED, 0).length, 0);
  });

  it('is first of all the account itself, without a kit', () => {
    const risks = removalRisks({ ...ACCOUNT, kit: 'unproven' }, undefined, 2);
    equal(risks.length, 3);
    match(risks[0], /never come back/);
    match(risks[1], /No backup was saved/);
    match(risks[2], /2 pictures/);
  });

  it('is what came after the last backup', () => {
    match(removalRisks(ACCOUNT, { rev: '3kyolder22222' }, 0).join(), /changed since the last backup/);
  });

  it('is nothing more where there are no records', () => {
    equal(removalRisks({ ...ACCOUNT, records: 0 }, undefined, 0).length, 0);
  });

  describe('with a mirror', () => {
    const receipt = (rev: string) => ({ commit: 'bafyrei', rev, seq: 7, time: '2026-11-25T08:00:00.000Z' });

    it('is nothing when it has confirmed all that is here', () => {
      equal(removalRisks(ACCOUNT, undefined, 2, { acked: receipt(ACCOUNT.head.rev), waiting: 0, missingBlobs: 0 }).length, 0);
    });

    it('is what has not reached it', () => {
      const risks = removalRisks(ACCOUNT, undefined, 5, { acked: receipt('3kyolder22222'), waiting: 3, missingBlobs: 2 });
      equal(risks.length, 2);
      match(risks[0], /^3 changes have not reached the mirror/);
      match(risks[1], /^2 pictures and other blobs have not reached the mirror/);
    });

    it('is everything as long as it has confirmed nothing', () => {
      match(removalRisks(ACCOUNT, undefined, 0, { waiting: 3 }).join(), /No backup was saved/);
    });
  });
});
