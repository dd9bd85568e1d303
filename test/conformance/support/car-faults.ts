import { decodeCbor } from '../../../src/protocol/index.ts';
import type { CborMap, Cid } from '../../../src/protocol/index.ts';
import { readCar } from '../../../src/repo/index.ts';
import type { Block } from '../../../src/repo/index.ts';
import { answers } from './fault.ts';
import type { Fault } from './fault.ts';
import { blockOf, changed, flipped, rawCar } from './raw-car.ts';

const STRANGER = blockOf({ $type: 'com.example.stranger' });

const mapOf = ({ bytes }: Block): CborMap => decodeCbor(bytes) as CborMap;
const isRecord = (block: Block): boolean => Object.hasOwn(mapOf(block), '$type');
const isNode = (block: Block): boolean => Object.hasOwn(mapOf(block), 'e');

/** A CAR of a method is another. */
function cars(name: string, found: string, method: string, change: (car: Uint8Array) => Uint8Array, when: (params: URLSearchParams) => boolean = () => true): Fault {
  return answers(name, found, method, (answered) => {
    if (answered.status === 200) answered.body = Buffer.from(change(new Uint8Array(answered.body)));
  }, { when: ({ params }) => when(params) });
}

/** The blocks of a CAR are others. */
function blocks(name: string, found: string, method: string, change: (all: readonly Block[], root: Cid) => readonly Block[], when?: (params: URLSearchParams) => boolean): Fault {
  return cars(name, found, method, (car) => changed(car, change), when);
}

/** The first block of a kind is another, or is left out. */
function first(all: readonly Block[], fits: (block: Block) => boolean, change: (block: Block) => readonly Block[]): readonly Block[] {
  const index = all.findIndex(fits);
  return all.toSpliced(index, 1, ...change(all[index]!));
}

/** The commit says something else, and nothing else does. */
function recommitted(car: Uint8Array, change: (commit: CborMap) => CborMap): Uint8Array {
  const { root, blocks: all } = readCar(car);
  const commit = blockOf(change(mapOf(all.find(({ cid }) => cid.equals(root))!)));
  return rawCar([commit.cid], [commit, ...all.filter(({ cid }) => !cid.equals(root))]);
}

const isWhole = (params: URLSearchParams): boolean => !params.has('since') && params.get('did')?.includes('bbbb') === true;
const whole = (name: string, code: string, change: (car: Uint8Array) => Uint8Array): Fault => cars(name, `repository.whole ${code}`, 'getRepo', change, isWhole);
const wholeBlocks = (name: string, code: string, change: (all: readonly Block[], root: Cid) => readonly Block[]): Fault => whole(name, code, (car) => changed(car, change));

const WHOLE: readonly Fault[] = [
  whole('the repository is cut off', 'CarTruncated', (car) => car.subarray(0, car.length - 3)),
  whole('the repository is empty', 'CarTruncated', () => new Uint8Array(0)),
  whole('the repository has two roots', 'CarRoots', (car) => rawCar([readCar(car).root, STRANGER.cid], readCar(car).blocks)),
  whole('the repository has no root', 'CarRoots', (car) => rawCar([], readCar(car).blocks)),
  whole('the repository is a CAR of another version', 'CarHeader', (car) => rawCar([readCar(car).root], readCar(car).blocks, 2)),
  whole('the root of the repository is not there', 'BlockMissing', (car) => rawCar([STRANGER.cid], readCar(car).blocks)),
  wholeBlocks('a record of the repository has a bit wrong', 'BlockHash', (all) => first(all, isRecord, (block) => [flipped(block)])),
  wholeBlocks('a node of the repository has a bit wrong', 'BlockHash', (all) => first(all, isNode, (block) => [flipped(block)])),
  wholeBlocks('a record of the repository is missing', 'BlockMissing', (all) => first(all, isRecord, () => [])),
  wholeBlocks('a node of the repository is missing', 'BlockMissing', (all) => first(all, isNode, () => [])),
  wholeBlocks('the commit of the repository is missing', 'BlockMissing', (all, root) => first(all, ({ cid }) => cid.equals(root), () => [])),
  whole('the repository is signed by nobody', 'CommitSignature', (car) => recommitted(car, (commit) => ({ ...commit, sig: new Uint8Array(64).fill(1) }))),
  whole('the signature is short', 'CommitSignature', (car) => recommitted(car, (commit) => ({ ...commit, sig: new Uint8Array(63).fill(1) }))),
  whole('the repository is of another account', 'CommitDid', (car) => recommitted(car, (commit) => ({ ...commit, did: 'did:plc:cccccccccccccccccccccccc' }))),
  whole('the repository is of another version', 'CommitForm', (car) => recommitted(car, (commit) => ({ ...commit, version: 2 }))),
  whole('the commit has a field more', 'CommitForm', (car) => recommitted(car, (commit) => ({ ...commit, more: 1 }))),
  whole('the repository is from the future', 'FutureRev', (car) => recommitted(car, (commit) => ({ ...commit, rev: 'bzzzzzzzzzz2a' }))),
  cars('the repository has a block that is no part of it', 'repository.car Stowaway', 'getRepo', (car) => changed(car, (all) => [...all, STRANGER]), isWhole),
  answers('the repository is of another type', 'repository.car ContentType', 'getRepo', ({ headers }) => {
    headers['content-type'] = 'application/octet-stream';
  }, { when: ({ params }) => isWhole(params) }),
];

const isSince = (params: URLSearchParams): boolean => params.has('since') && params.get('did')?.includes('bbbb') === true && params.get('since') !== 'yesterday';
const isOurs = (params: URLSearchParams): boolean => params.get('did')?.includes('bbbb') === true && params.get('collection') === 'app.holdfast.note';

const PARTS: readonly Fault[] = [
  blocks('what is newer lacks a record', 'repository.since BlockMissing', 'getRepo', (all) => all.filter((block) => !isRecord(block)), isSince),
  blocks('what is newer has no nodes', 'repository.since BlockMissing', 'getRepo', (all) => all.filter((block) => !isNode(block)), isSince),
  cars('what is newer has another root', 'repository.since OtherCid', 'getRepo', (car) => rawCar([STRANGER.cid], readCar(car).blocks), isSince),
  blocks('what is newer has a bit wrong', 'repository.since BlockHash', 'getRepo', (all) => first(all, () => true, (block) => [flipped(block)]), isSince),
  blocks('a proof lacks its record', 'repository.proof BlockMissing', 'sync.getRecord', (all) => all.filter((block) => !isRecord(block)), isOurs),
  blocks('a proof lacks a node', 'repository.proof BlockMissing', 'sync.getRecord', (all) => first(all, isNode, () => []), isOurs),
  blocks('a proof has a bit wrong', 'repository.proof BlockHash', 'sync.getRecord', (all) => first(all, isRecord, (block) => [flipped(block)]), isOurs),
  cars('a proof is signed by nobody', 'repository.proof CommitSignature', 'sync.getRecord', (car) => recommitted(car, (commit) => ({ ...commit, sig: new Uint8Array(64).fill(1) })), isOurs),
  answers('a proof is of another type', 'repository.proof ContentType', 'sync.getRecord', ({ headers }) => {
    headers['content-type'] = 'text/plain';
  }, { when: ({ params }) => isOurs(params) }),
  blocks('a block that was asked for is left out', 'repository.blocks BlockMissing', 'getBlocks', (all) => all.slice(1), (params) => params.getAll('cids').length > 2),
  blocks('a block comes that was not asked for', 'repository.blocks Stowaway', 'getBlocks', (all) => [...all, STRANGER], (params) => params.getAll('cids').length > 2),
  blocks('a block has a bit wrong', 'repository.blocks BlockHash', 'getBlocks', (all) => first(all, isNode, (block) => [flipped(block)]), (params) => params.getAll('cids').length > 2),
];

/** What can be wrong with CARs. */
export const CAR_FAULTS: readonly Fault[] = [...WHOLE, ...PARTS];
