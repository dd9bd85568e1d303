// Backups: zips that anybody may have made.
import { sha256 } from '../../src/protocol/index.ts';
import { BackupError } from '../../src/jobs/backup/backup-error.ts';
import { FORMAT, hexOf, NAMES, VERSION } from '../../src/jobs/backup/manifest.ts';
import { openBackup } from '../../src/jobs/backup/open-backup.ts';
import { zipStream } from '../../src/jobs/backup/zip-stream.ts';
import { readCopy } from '../../src/jobs/file-contents.ts';
import type { JobContext } from '../../src/jobs/job-context.ts';
import { RepoError, Tally } from '../../src/repo/index.ts';
import { DID, p256 } from '../support/house.ts';
import { NOW, repositoryOf, small, smallBlocks } from '../support/malformed.ts';
import { assertSame, textBytes } from './target.ts';
import type { Target } from './target.ts';

const CAR = await repositoryOf(small.top.cid, smallBlocks());
const { commit } = await readIn(CAR);

/** A context of which reading uses the clock alone. */
function context(): JobContext {
  return { signal: new AbortController().signal, progress: () => undefined, now: () => NOW } as unknown as JobContext;
}

function readIn(car: Uint8Array) {
  const chunks = async function* () {
    yield car;
  };
  return readCopy({ size: car.length, chunks }, { key: p256.publicKey, did: DID, tally: new Tally(), phase: 'reading' }, context());
}

async function zipOf(more: object, rest: readonly (readonly [path: string, text: string])[]): Promise<Uint8Array> {
  const all = [[NAMES.car, CAR], ...rest.map(([path, text]) => [path, textBytes(text)] as const)] as const;
  const files = all.map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: hexOf(sha256(bytes)) }));
  const manifest = {
    format: FORMAT, version: VERSION, createdAt: '2026-01-01T00:00:00.000Z', did: DID, rev: commit.rev, commit: commit.cid.toString(),
    records: 3, blobs: 0, missingBlobs: [], files, ...more,
  };
  const parts = async function* () {
    for (const [name, input] of [...all, [NAMES.manifest, textBytes(JSON.stringify(manifest))] as const]) yield { name, input, lastModified: new Date(NOW) };
  };
  return new Uint8Array(await new Response(zipStream(parts()) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

/** The repository of a backup, all of which was found right. */
export async function readBackup(input: Uint8Array): Promise<Uint8Array> {
  const found = await openBackup(new Blob([new Uint8Array(input)]));
  const bytes = await found.carBytes();
  const tally = new Tally();
  const { commit: read } = await readCopy(found.car, { key: p256.publicKey, did: DID, tally, phase: 'reading' }, context());
  found.checkCommit(read);
  await found.verifyRest(tally, context());
  return bytes;
}

const rest = [[NAMES.preferences, '[]'], [NAMES.identity, '{"operations":[]}']] as const;

const seeds = [
  await zipOf({}, rest), await zipOf({}, []), await zipOf({ version: 2 }, []), await zipOf({ format: 'else' }, []), await zipOf({ rev: '3aaaaaaaaaa22' }, []),
  await zipOf({ files: [] }, []), await zipOf({}, [[NAMES.preferences, '{}']]), await zipOf({}, [[NAMES.identity, '[]']]), await zipOf({}, [['blobs/x', 'x']]),
];

/** What is accepted has the repository that was signed, whatever else became of it. */
export const backup = (decode: (input: Uint8Array) => Promise<Uint8Array> = readBackup): Target => ({
  seeds,
  tokens: ['PK\u0001\u0002', 'PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0006\u0006', '"files":[', '"path":"../x"', '"bytes":', NAMES.manifest].map(textBytes),
  refusals: [BackupError, RepoError],
  async read(input) {
    assertSame(await decode(input), CAR, 'the repository');
    return 'backup';
  },
});
