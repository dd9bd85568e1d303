import { mainSchema as latestCommit } from '@atcute/atproto/types/sync/getLatestCommit';
import { mainSchema as repoStatus } from '@atcute/atproto/types/sync/getRepoStatus';
import { mainSchema as listRepos } from '@atcute/atproto/types/sync/listRepos';
import { CidMap, cidOf, encodeCbor } from '../../protocol/index.ts';
import { carBytes, verifyRecordProof } from '../../repo/index.ts';
import type { Block } from '../../repo/index.ts';
import type { Answer } from '../../identity/index.ts';
import { contradicts } from '../account-state.ts';
import { count, Finding, given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { mustRefuse, textOf, typeOf } from '../host.ts';
import { mustBeTold, mustNotServe } from '../inactive.ts';
import { looseBlocks, readAnyCar } from '../loose-car.ts';
import { steady } from '../snapshot.ts';
import type { Snapshot } from '../snapshot.ts';
import { unknownDid } from '../unknown.ts';
import { samplesOf } from './records.ts';

const DOCS = 'https://docs.bsky.app/docs/api/com-atproto-sync';
const CAR = 'application/vnd.ipld.car';
const MOST_PROOFS = 10;
const MOST_PAGES = 20;
const NOBODYS = cidOf(encodeCbor({ $type: 'com.example.nobody' })).toString();
const NOBODYS_BLOB = cidOf(new TextEncoder().encode('Nobody has this.'), 'raw').toString();

/** The repository as it is signed. */
export const REPOSITORY_CHECKS: readonly Check[] = [
  {
    id: 'repository.whole', title: 'The repository is whole and right: signature, hashes, tree, records', why: 'https://atproto.com/specs/repository', ms: 130_000,
    run: async (context) => {
      const { count: records, collections } = await context.repository();
      return `${count(records, 'record')} in ${count(collections.size, 'collection')}`;
    },
  },
  {
    id: 'repository.car', title: 'It comes as a CAR with nothing else in it', why: 'https://atproto.com/specs/repository#car-file-serialization',
    run: async (context) => {
      const { headers, unreachable } = await context.snapshot();
      must(typeOf({ headers }) === CAR, 'ContentType', `getRepo answers with content of type ${shown(headers.get('content-type'))}`);
      must(unreachable === 0, 'Stowaway', `The CAR has ${count(unreachable, 'block')} that nothing in it leads to`);
      return CAR;
    },
  },
  {
    id: 'repository.latest', title: 'The latest commit is that of the repository', why: `${DOCS}-get-latest-commit`,
    run: (context) => steady(context, async ({ commit }) => {
      const { cid, rev } = await context.host.query(latestCommit, { did: context.did });
      must(cid === commit.cid.toString(), 'OtherCid', `The latest commit is ${shown(cid)}, and the repository has ${commit.cid.toString()}`);
      must(rev === commit.rev, 'OtherRev', `The latest rev is ${shown(rev)}, and the repository has ${commit.rev}`);
      return rev;
    }),
  },
  {
    id: 'repository.since', title: 'What is newer than a rev is given with the latest commit, and is whole', why: `${DOCS}-get-repo`, ms: 200_000,
    run: (context) => steady(context, async (snapshot) => {
      const { did, host } = context;
      const { commit, records } = snapshot;
      const { audit } = await given('firehose.open', context.firehose.replay());
      const last = audit.trails.get(did)?.last;
      if (last?.commit !== commit.cid.toString()) throw new NotSeen('its latest commit was not told on the firehose');
      const { root, blocks } = readAnyCar(carBytesOf(await host.get('com.atproto.sync.getRepo', { did, ...(last.since !== null && { since: last.since }) }), 'getRepo with since'));
      must(root.equals(commit.cid), 'OtherCid', 'getRepo with since has another commit at its root');
      must(blocks.some(({ cid }) => cid.equals(root)), 'BlockMissing', 'getRepo with since does not have the latest commit');
      const key = await context.signingKey();
      for (const { path, proof } of newerOf(snapshot, last.paths, blocks)) {
        const { record } = await verifyRecordProof(proof, path, { key, did });
        must(record?.cid.equals(records.get(path)!) === true, 'OtherCid', `getRepo with since has another record at ${path}`);
      }
      const late = await host.get('com.atproto.sync.getRepo', { did, since: commit.rev });
      must(late.status === 200, 'Status', `getRepo since the latest rev answered ${late.status}`);
      return count(blocks.length, 'block');
    }),
  },
  {
    id: 'repository.proof', title: 'A record is proven by the tree, and so is that there is none', why: `${DOCS}-get-record`,
    run: (context) => steady(context, async (snapshot) => {
      const key = await context.signingKey();
      const paths = [...samplesOf(snapshot).keys()].slice(0, MOST_PROOFS);
      for (const path of paths) {
        const { record } = await verifyRecordProof(carBytesOf(await proofOf(context, path), 'getRecord'), path, { key, did: context.did });
        must(record?.cid.equals(snapshot.records.get(path)!) === true, 'OtherCid', `The proof for ${path} proves another record`);
      }
      const absent = await proofOf(context, 'com.example.nothing/nothing');
      if (absent.status === 200) {
        const { record } = await verifyRecordProof(absent.bytes, 'com.example.nothing/nothing', { key, did: context.did });
        must(record === null, 'OtherValue', 'A record that is not there is proven');
      } else mustRefuse(absent, 'getRecord of nothing', ['RecordNotFound']);
      return count(paths.length + 1, 'proof');
    }),
  },
  {
    id: 'repository.blocks', title: 'Blocks are given by their CIDs, those and no others', why: `${DOCS}-get-blocks`,
    run: (context) => steady(context, async ({ commit, records }) => {
      const wanted = [commit.cid, commit.data, ...[...records.values()].slice(0, 5)];
      const blocks = looseBlocks(carBytesOf(await context.host.get('com.atproto.sync.getBlocks', { did: context.did, cids: wanted.map(String) }), 'getBlocks'), commit.cid);
      const missing = wanted.find((cid) => !blocks.some((block) => block.cid.equals(cid)));
      must(missing === undefined, 'BlockMissing', `getBlocks does not give the block ${missing?.toString() ?? ''}`);
      must(blocks.every(({ cid }) => wanted.some((each) => each.equals(cid))), 'Stowaway', 'getBlocks gives a block that was not asked for');
      return count(blocks.length, 'block');
    }),
  },
  {
    id: 'repository.missing-block', title: 'A block that is not there is named', why: `${DOCS}-get-blocks`,
    run: async ({ host, did }) => mustRefuse(await host.get('com.atproto.sync.getBlocks', { did, cids: [NOBODYS] }), 'getBlocks of a block that is not there', ['BlockNotFound']),
  },
  {
    id: 'repository.status', title: 'The status says that it is active, and at no other rev', why: `${DOCS}-get-repo-status`,
    run: (context) => steady(context, async ({ commit }) => {
      const status = await context.host.query(repoStatus, { did: context.did });
      must(status.did === context.did, 'OtherDid', `getRepoStatus is about ${shown(status.did)}`);
      must(status.active && !contradicts(true, status.status), 'AccountStatus', 'An account that is served is told to be inactive');
      // It need not say at which.
      must(status.rev === undefined || status.rev === commit.rev, 'OtherRev', `getRepoStatus has the rev ${shown(status.rev)}, and the repository ${commit.rev}`);
      return 'active';
    }),
  },
  {
    id: 'repository.list', title: 'The account is in the list of all, with its commit and state', why: `${DOCS}-list-repos`,
    run: (context) => steady(context, async ({ commit }) => {
      let cursor: string | undefined;
      let seen = 0;
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await context.host.query(listRepos, { limit: 500, cursor });
        for (const { did, active, status } of answer.repos) {
          must(!contradicts(active, status), 'AccountStatus', `listRepos says of ${shown(did)} that it is active, with the status ${shown(status)}`);
        }
        seen += answer.repos.length;
        const own = answer.repos.find(({ did }) => did === context.did);
        if (own !== undefined) {
          must(own.head === commit.cid.toString() && own.rev === commit.rev, 'OtherRev', `listRepos has the rev ${shown(own.rev)}, and the repository ${commit.rev}`);
          must(own.active !== false, 'AccountStatus', 'An account that is served is listed as inactive');
          return count(seen, 'account');
        }
        if (answer.cursor === undefined || answer.repos.length === 0) throw new Finding('Missing', 'listRepos has been read to its end, and the account was not there');
        cursor = answer.cursor;
      }
      throw new NotSeen(`not among the first ${seen} accounts`);
    }),
  },
  {
    id: 'repository.list-pages', title: 'Pages of the list of accounts neither repeat nor end early', why: `${DOCS}-list-repos`,
    run: async ({ host }) => {
      const all = await given('repository.list', host.query(listRepos, { limit: 5 }));
      if (all.repos.length < 2) throw new NotSeen('there is one account only');
      const first = await given('repository.list', host.query(listRepos, { limit: 1 }));
      must(first.repos.length === 1 && first.cursor !== undefined, 'Limit', `A page of one account has ${first.repos.length}, or leads nowhere`);
      const second = await given('repository.list', host.query(listRepos, { limit: 1, cursor: first.cursor }));
      const read = [...first.repos, ...second.repos].map(({ did }) => did);
      must(read.join() === all.repos.slice(0, 2).map(({ did }) => did).join(), 'Pages', 'The first two pages of one account are not the first two accounts');
      return 'two pages';
    },
  },
  {
    id: 'repository.inactive', title: 'An account that is not active is not served, by name, and is told to be so', why: 'https://atproto.com/specs/account', ms: 200_000,
    run: async (context) => {
      const { host } = context;
      const { repos } = await given('repository.list', host.query(listRepos, { limit: 1_000 }));
      const inactive = repos.find(({ active }) => active === false);
      if (inactive === undefined) throw new NotSeen('every account that is listed is active');
      const { did } = inactive;
      const status = await given('repository.status', host.query(repoStatus, { did }));
      must(!status.active, 'AccountStatus', `${did} is listed as inactive, and getRepoStatus says that it is active`);
      const isSame = status.status === undefined || inactive.status === undefined || status.status === inactive.status;
      must(isSame, 'AccountStatus', `${did} is listed as ${shown(inactive.status)}, and getRepoStatus says ${shown(status.status)}`);
      await mustNotServe(host, did, { head: inactive.head, nobodys: NOBODYS_BLOB });
      await mustBeTold(context, did);
      return shown(status.status ?? 'inactive');
    },
  },
  ...(['getRepo', 'getLatestCommit', 'getRecord', 'getBlocks', 'getRepoStatus'] as const).map((name): Check => ({
    id: `repository.unknown-${name}`, title: `${name} of an account that is not here is refused by name`, why: `${DOCS}-${dashed(name)}`,
    run: async ({ host }) => {
      const did = unknownDid();
      const more = name === 'getRecord' ? { collection: 'app.bsky.feed.post', rkey: 'none' } : name === 'getBlocks' ? { cids: [NOBODYS] } : {};
      return mustRefuse(await host.get(`com.atproto.sync.${name}`, { did, ...more }), `${name} of nobody`, ['RepoNotFound']);
    },
  })),
];

/**
 * What has to be there of records that are new: all that leads from the commit to them is as new as they are.
 * Not of those that other paths have as well, which may be older.
 */
function newerOf({ commit, records, isWhole }: Snapshot, paths: readonly string[], blocks: readonly Block[]): readonly { readonly path: string; readonly proof: Uint8Array }[] {
  const counts = new CidMap<number>();
  for (const cid of records.values()) counts.set(cid, (counts.get(cid) ?? 0) + 1);
  return paths.flatMap((path) => {
    const record = records.get(path);
    if (!isWhole || record === undefined || counts.get(record) !== 1) return [];
    return { path, proof: carBytes(commit.cid, blocks.filter(({ cid }) => cid.equals(record) || !counts.has(cid))) };
  });
}

function proofOf({ host, did }: Context, path: string): Promise<Answer> {
  const [collection, rkey] = path.split('/');
  return host.get('com.atproto.sync.getRecord', { did, collection, rkey });
}

function carBytesOf(answer: Answer, name: string): Uint8Array {
  must(answer.status === 200, 'Status', `${name} answered ${answer.status} where a CAR was due: ${shown(textOf(answer))}`);
  must(typeOf(answer) === CAR, 'ContentType', `${name} answers with content of type ${shown(typeOf(answer))} where a CAR was due`);
  return answer.bytes;
}

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
