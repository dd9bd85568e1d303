import { formatDidKey, parseDid } from '../protocol/index.ts';
import { Repository } from '../repo/index.ts';
import type { Entry, Tree } from '../repo/index.ts';
import { PASS_HOUR_MS, PASSES_KEPT_MS } from '../pds/index.ts';
import type { HouseStore, OutboxEntry } from '../pds/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, has, lacks, refused, same } from './contract-checks.ts';
import { houseCommitContract } from './house-commit-contract.ts';
import { houseHistoryContract } from './house-history-contract.ts';
import { entry, plainHead } from './house-entries.ts';
import { createOf, MIRROR, pathOf, TestAccount } from './test-account.ts';

const NOBODY = parseDid('did:web:nobody.test');

/** What every adapter of `HouseStore` promises. Each case wants an empty house of its own. */
export const houseStoreContract: readonly ContractCase<HouseStore>[] = [
  {
    name: 'knows nothing of an account that it has not',
    async run(store) {
      same(await store.accounts(), [], 'accounts');
      check(await store.account(NOBODY) === undefined && await store.keys(NOBODY) === undefined, 'it has an account');
      same(await store.history(NOBODY, { limit: 10 }), [], 'history');
      const { change } = await (await TestAccount.make(store)).change([createOf(1, 'one')]);
      await refused(store.commit(change), 'AccountMissing');
      await refused(store.update(NOBODY, { operations: [] }), 'AccountMissing');
      await refused(store.remove(NOBODY), 'AccountMissing');
      await refused(store.reading(NOBODY, async () => undefined), 'AccountMissing');
      await store.maintain(NOBODY);
    },
  },
  {
    name: 'creates an account with blocks, kit, keys and journal row at once',
    async run(store) {
      const test = await TestAccount.make(store, 1, 20);
      const genesis = Uint8Array.of(0xa0);
      const account = { ...test.account, genesis, operations: [Uint8Array.of(1), Uint8Array.of(2, 3)] };
      await store.create(account, test.keys, test.first.newBlocks, entry('r1', 'made'));
      const stored = await store.account(test.did);
      check(stored !== undefined, 'it is not there');
      same(plainHead(stored), plainHead(account), 'head');
      same({ ...stored, head: 0 }, { ...account, head: 0 }, 'account');
      await has(store.reader(test.did), test.first.newBlocks, 'first commit');
      const keys = await store.keys(test.did);
      check(keys !== undefined, 'it has no keys');
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.rotation.privateKey, genesis);
      same(keys.signing.privateKey.extractable, false, 'extractable');
      same((await store.journal(entry('r1', '')))?.answer, 'made', 'journal');
    },
  },
  {
    name: 'refuses an account that is there, and leaves it as it is',
    async run(store) {
      const test = await TestAccount.make(store, 1, 2);
      await test.create(store);
      await refused(store.create({ ...test.account, operations: [Uint8Array.of(1)] }, test.keys, [], entry('r', 'x')), 'AccountExists');
      same((await store.account(test.did))?.operations, [], 'operations');
      check(await store.journal(entry('r', '')) === undefined, 'the journal row was kept');
    },
  },
  {
    name: 'lists accounts, oldest first, and keeps them apart',
    async run(store) {
      const late = await TestAccount.make(store, 9, 1);
      const early = await TestAccount.make(store, 3, 2);
      await late.create(store);
      await early.create(store);
      same((await store.accounts()).map(({ did }) => did), [early.did, late.did], 'accounts');
      await lacks(store.reader(early.did), [late.first.commit.cid], 'the commit of another account');
    },
  },
  ...houseCommitContract,
  ...houseHistoryContract,
  {
    name: 'forgets a collection without records',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      await test.write(store, [{ action: 'delete', path: pathOf(0) }]);
      same((await store.account(test.did))?.collections, new Map(), 'collections');
    },
  },
  {
    name: 'keeps what dies and comes back',
    async run(store) {
      const test = await TestAccount.make(store, 1, 30);
      await test.create(store);
      await test.write(store, [createOf(40, 'x')]);
      await test.write(store, [{ action: 'delete', path: pathOf(40) }]);
      await store.maintain(test.did);
      await has(store.reader(test.did), test.first.newBlocks.slice(1), 'the tree of the first commit');
      await test.write(store, [createOf(40, 'x')]);
      await store.maintain(test.did);
      const { tree } = await Repository.open(store.reader(test.did), test.repository.commit.cid);
      same((await entriesOf(tree)).length, 31, 'entries');
    },
  },
  {
    name: 'gives history newest first, in pages',
    async run(store) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const revs: string[] = [];
      for (let index = 0; index < 5; index++) revs.unshift((await test.write(store, [createOf(index, 'x')])).commit.rev);
      const first = await store.history(test.did, { limit: 2 });
      same(first.map(({ rev }) => rev), revs.slice(0, 2), 'first page');
      const rest = await store.history(test.did, { limit: 9, before: first[1]!.rev });
      same(rest.map(({ rev }) => rev), revs.slice(2), 'the rest');
    },
  },
  {
    name: 'keeps in history what was written here, where a commit goes on from another house',
    async run(store) {
      const test = await TestAccount.make(store);
      await test.create(store);
      const { operations } = await test.write(store, [createOf(1, 'x'), createOf(2, 'y')]);
      const own = [{ action: 'update', path: pathOf(1), cid: operations[0]!.cid!, prev: operations[1]!.cid! }] as const;
      await test.write(store, [createOf(3, 'z')], { own });
      const [after, before] = await store.history(test.did, { limit: 2 });
      same([after?.own, before?.own], [own, undefined], 'what was written here');
    },
  },
  {
    name: 'changes details without a commit, and takes the kit away',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      const updated = await store.update(test.did, { operations: [Uint8Array.of(7)], kit: undefined });
      same(updated, await store.account(test.did), 'what it answers');
      check(!('kit' in updated) && updated.operations[0]?.[0] === 7, 'it was not changed');
      same([plainHead(updated), updated.collections], [plainHead(test.account), test.account.collections], 'the rest');
      await store.update(test.did, { signedOperations: ['bafyreione', 'bafyreitwo'] });
      const { signedOperations, shownOperations } = await store.update(test.did, { shownOperations: ['bafyreione'] });
      same([signedOperations, shownOperations], [['bafyreione', 'bafyreitwo'], ['bafyreione']], 'what is known of the log');
      same((await store.account(test.did))?.signedOperations, signedOperations, 'what is kept of the log');
      await store.update(test.did, { confirmedUntil: 0, confirmed: test.account.head.rev });
      await test.write(store, [createOf(7, 'x')]);
      const { confirmedUntil, confirmed } = (await store.account(test.did))!;
      check(confirmedUntil === 0 && confirmed !== undefined, 'the wish to be asked, and what was confirmed, were lost over a commit');
      await store.update(test.did, { confirmedUntil: undefined });
      check(!('confirmedUntil' in (await store.account(test.did))!), 'the wish to be asked was kept');
    },
  },
  {
    name: 'gives an account other keys together with a commit that they signed, or changes nothing',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      await store.update(test.did, { mirror: MIRROR });
      await writeOutgoing(test, store, 1);
      const { change } = await test.change([]);
      const other = await TestAccount.make(store, 2);
      const signingKey = formatDidKey(other.author.signer.publicKey);
      const kit = { file: Uint8Array.of(9), createdAt: MIRROR.pairedAt, rev: change.head.rev };
      const next = { keys: other.keys, signingKey, rotationKeys: [signingKey, 'did:key:zOld'], operations: [Uint8Array.of(7)], kit };
      await refused(store.replaceKeys({ ...change, expected: test.first.commit.cid }, next), 'HeadMoved');
      same((await store.outboxSize(test.did)).commits, 1, 'what waits after a refusal');
      same((await store.keys(test.did))?.signing.publicKey, test.keys.signing.publicKey, 'the key after a refusal');
      const replaced = await store.replaceKeys(change, next);
      const stored = (await store.account(test.did))!;
      same({ ...replaced, head: plainHead(replaced) }, { ...stored, head: plainHead(stored) }, 'what it answers');
      const { rotationKeys, operations, kit: kept, mirror, collections } = replaced;
      same([plainHead(replaced), replaced.signingKey, rotationKeys, operations, kept], [plainHead({ head: change.head }), signingKey, next.rotationKeys, next.operations, kit], 'the account');
      same([mirror, collections], [{ ...MIRROR, resend: true }, test.account.collections], 'the rest');
      same(await store.outboxSize(test.did), { commits: 0, bytes: 0 }, 'what waits');
      const keys = await store.keys(test.did);
      const [was, is] = await Promise.all([other.keys, keys!].map(({ signing }) => crypto.subtle.exportKey('raw', signing.publicKey)));
      same(new Uint8Array(is!), new Uint8Array(was!), 'the key');
      same((await store.history(test.did, { limit: 1 }))[0]?.rev, change.head.rev, 'history');
      check((await store.reader(test.did).read([change.head.cid]))[0] !== undefined, 'the commit is not there');
      await refused(store.replaceKeys({ ...change, did: NOBODY }, next), 'AccountMissing');
    },
  },
  {
    name: 'keeps what waits for the mirror in the transaction of its commit, while there is a mirror',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      await writeOutgoing(test, store, 0);
      same([await store.outbox(test.did, { limit: 9 }), await store.outboxSize(test.did)], [[], { commits: 0, bytes: 0 }], 'without a mirror');
      await store.update(test.did, { mirror: MIRROR });
      same((await store.account(test.did))?.mirror, MIRROR, 'the mirror');
      const waiting: OutboxEntry[] = [];
      for (let index = 1; index <= 4; index++) waiting.push(await writeOutgoing(test, store, index));
      same(await store.outbox(test.did, { limit: 9 }), waiting, 'what waits');
      same(await store.outbox(test.did, { limit: 2 }), waiting.slice(0, 2), 'a page');
      same(await store.outbox(test.did, { limit: 2, after: waiting[1]!.rev }), waiting.slice(2), 'the page after it');
      same(await store.outbox(test.did, { limit: 0 }), [], 'a page of nothing');
      same(await store.outboxSize(test.did), { commits: 4, bytes: 10 }, 'how much');
      const { change } = await test.change([createOf(200, 'late')], { expected: test.first.commit.cid });
      await refused(store.commit({ ...change, outgoing: { ...waiting[0]!, rev: change.head.rev } }), 'HeadMoved');
      same((await store.outboxSize(test.did)).commits, 4, 'after a commit that was refused');
    },
  },
  {
    name: 'lets go of what was settled with the receipt, and of all without a mirror',
    async run(store) {
      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      await store.update(test.did, { mirror: MIRROR });
      const waiting: OutboxEntry[] = [];
      for (let index = 1; index <= 4; index++) waiting.push(await writeOutgoing(test, store, index));
      await store.update(test.did, { mirror: { ...MIRROR, isPaused: true } });
      same((await store.outboxSize(test.did)).commits, 4, 'after a change that settles nothing');
      const { cid, rev } = waiting[1]!;
      const acknowledged = { commit: cid, rev, seq: 7, time: MIRROR.pairedAt, sig: Uint8Array.of(1) };
      const updated = await store.update(test.did, { mirror: { ...MIRROR, acknowledged } }, rev);
      same(updated.mirror, { ...MIRROR, acknowledged }, 'the mirror');
      same(await store.outbox(test.did, { limit: 9 }), waiting.slice(2), 'what waits');
      same(await store.outboxSize(test.did), { commits: 2, bytes: 7 }, 'how much');
      await store.update(test.did, { mirror: { ...MIRROR, acknowledged } }, rev);
      same(await store.outboxSize(test.did), { commits: 2, bytes: 7 }, 'settled twice');
      await store.maintain(test.did);
      check(!('mirror' in await store.update(test.did, { mirror: undefined })), 'the mirror is there');
      same([await store.outbox(test.did, { limit: 9 }), await store.outboxSize(test.did)], [[], { commits: 0, bytes: 0 }], 'after it left');
      await refused(store.outboxSize(NOBODY), 'AccountMissing');
      same(await store.outbox(NOBODY, { limit: 9 }), [], 'of nobody');
    },
  },
  {
    name: 'keeps the preferences of each account apart, the last ones that were set, and lets them go with the account',
    async run(store) {
      const [test, other] = [await TestAccount.make(store, 1, 1), await TestAccount.make(store, 2, 1)];
      await test.create(store);
      await other.create(store);
      check(await store.preferences(test.did) === undefined, 'there are some before any were set');
      const set = Uint8Array.of(0, 1, 2, 255).subarray(1);
      await store.setPreferences(test.did, Uint8Array.of(7));
      await store.setPreferences(test.did, set);
      await store.setPreferences(other.did, Uint8Array.of(8));
      set.fill(9);
      same(await store.preferences(test.did), Uint8Array.of(1, 2, 255), 'the last ones');
      await test.write(store, [createOf(9, 'x')]);
      await store.maintain(test.did);
      same(await store.preferences(test.did), Uint8Array.of(1, 2, 255), 'after a write');
      await refused(store.setPreferences(NOBODY, Uint8Array.of(1)), 'AccountMissing');
      check(await store.preferences(NOBODY) === undefined, 'preferences of nobody');
      await store.remove(test.did);
      check(await store.preferences(test.did) === undefined, 'they outlive the account');
      await refused(store.setPreferences(test.did, Uint8Array.of(1)), 'AccountMissing');
      same(await store.preferences(other.did), Uint8Array.of(8), 'those of the other account');
    },
  },
  {
    name: 'removes an account and everything of it',
    async run(store) {
      const [test, other] = [await TestAccount.make(store, 1, 5), await TestAccount.make(store, 2, 5)];
      await test.create(store);
      await other.create(store);
      await store.update(test.did, { mirror: MIRROR });
      await writeOutgoing(test, store, 9);
      await store.remove(test.did);
      same(await store.outbox(test.did, { limit: 1 }), [], 'what waits');
      same((await store.accounts()).map(({ did }) => did), [other.did], 'accounts');
      check(await store.keys(test.did) === undefined, 'the keys are there');
      await lacks(store.reader(test.did), test.first.newBlocks.map(({ cid }) => cid), 'blocks');
      same(await store.history(test.did, { limit: 1 }), [], 'history');
      await has(store.reader(other.did), other.first.newBlocks, 'the other account');
      await (await TestAccount.make(store, 1, 5)).create(store);
      same(await store.history(test.did, { limit: 1 }), [], 'history of the account that came after');
    },
  },
  {
    name: 'runs exclusive work one after the other, also after a failure',
    async run(store) {
      const order: string[] = [];
      const work = (name: string) => store.exclusive(NOBODY, async () => {
        order.push(`${name} begins`);
        await store.accounts();
        order.push(`${name} ends`);
        if (name === 'a') throw new Error('planted');
        return name;
      });
      const outcomes = await Promise.allSettled([work('a'), work('b')]);
      same(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed')), ['failed', 'b'], 'outcomes');
      same(order, ['a begins', 'a ends', 'b begins', 'b ends'], 'order');
    },
  },
  {
    name: 'a long read sees what was stored at its start, whatever is written and removed meanwhile',
    async run(store) {
      const test = await TestAccount.make(store, 1, 50);
      await test.create(store);
      await store.reading(test.did, async (account, reader) => {
        for (let index = 100; index < 110; index++) await test.write(store, [createOf(index, 'x')]);
        await test.write(store, [{ action: 'delete', path: pathOf(3) }]);
        await store.maintain(test.did);
        same(account.head.cid, test.first.commit.cid, 'head');
        await has(reader, test.first.newBlocks, 'the first commit');
      });
    },
  },
  {
    name: 'builds a repository aside, and adopts it at once',
    async run(store) {
      const test = await TestAccount.make(store, 1, 200);
      const blocks = test.first.newBlocks;
      const writer = await store.packs(test.did);
      await writer.add(blocks.slice(0, 90));
      await writer.add(blocks.slice(90));
      check(await store.account(test.did) === undefined, 'it is visible before it was adopted');
      await lacks(store.reader(test.did), blocks.map(({ cid }) => cid), 'before it was adopted');
      await writer.adopt(test.account, test.keys);
      await writer.discard();
      await has(store.reader(test.did), blocks, 'once adopted, after which nothing is discarded');
      check(await store.keys(test.did) !== undefined, 'it has no keys');
      const late = await store.packs(test.did);
      await late.add(blocks);
      await refused(late.adopt(test.account, test.keys), 'AccountExists');
      await late.discard();
      await has(store.reader(test.did), blocks, 'after another was discarded');
      await test.write(store, [createOf(900, 'after')]);
    },
  },
  {
    name: 'discards what was built aside',
    async run(store) {
      const test = await TestAccount.make(store, 1, 20);
      const writer = await store.packs(test.did);
      await writer.add(test.first.newBlocks);
      await writer.discard();
      await lacks(store.reader(test.did), test.first.newBlocks.map(({ cid }) => cid), 'after discard');
      await test.create(store);
      await has(store.reader(test.did), test.first.newBlocks, 'created after that');
    },
  },
  {
    name: 'keeps what keys were used for: passes by the hour and for a while, anything else one by one',
    async run(store) {
      const hour = PASS_HOUR_MS;
      const start = 1_000 * hour;
      const pass = { what: 'token', key: 'signing', subject: 'app.holdfast.mirror.converse', audience: 'did:web:mirror.test' } as const;
      const opened = { what: 'kit-opened', key: 'kit', subject: 'proof', audience: '' } as const;
      for (const at of [start, start + 1, start + hour - 1]) await store.noteUse(NOBODY, pass, at);
      await store.noteUse(NOBODY, { ...pass, subject: 'app.holdfast.mirror.putBlob' }, start + 2);
      for (const at of [start + 3, start + hour]) await store.noteUse(NOBODY, opened, at);
      await store.noteUse(NOBODY, pass, start + hour + 1);
      same((await store.uses(NOBODY)).map(({ what, subject, count, at }) => [what, subject.split('.').at(-1), count, at - start]), [
        ['token', 'converse', 1, hour + 1], ['kit-opened', 'proof', 1, hour], ['token', 'converse', 3, hour - 1], ['kit-opened', 'proof', 1, 3],
        ['token', 'putBlob', 1, 2],
      ], 'uses');
      await store.noteUse(NOBODY, pass, start + PASSES_KEPT_MS + hour - 1);
      same((await store.uses(NOBODY)).map(({ what, at }) => [what, at - start]), [
        ['token', PASSES_KEPT_MS + hour - 1], ['token', hour + 1], ['kit-opened', hour], ['kit-opened', 3],
      ], 'old passes');

      const test = await TestAccount.make(store, 1, 1);
      await test.create(store);
      await store.noteUse(test.did, opened, start);
      await store.remove(test.did);
      same(await store.uses(test.did), [], 'of an account that is gone');
      same((await store.uses(NOBODY)).length, 4, 'of another account');
    },
  },
  {
    name: 'says what an account takes',
    async run(store) {
      const test = await TestAccount.make(store, 1, 20);
      await test.create(store);
      const before = await store.size(test.did);
      const bytes = test.first.newBlocks.reduce((sum, block) => sum + block.bytes.length, 0);
      check(before.blocks >= bytes && before.blocks < 2 * bytes, `${before.blocks} for ${bytes} bytes of blocks`);
      await test.write(store, [{ action: 'delete', path: pathOf(0) }], { previous: new Map([[pathOf(0), new Uint8Array(5000)]]) });
      const after = await store.size(test.did);
      check(after.history >= 5000 && after.blocks > before.blocks, 'it did not grow');
    },
  },
  {
    name: 'maintains through three hundred commits and loses nothing',
    async run(store) {
      const test = await TestAccount.make(store, 1, 100);
      await test.create(store);
      for (let index = 0; index < 300; index++) {
        await test.write(store, [index % 3 === 2 ? { action: 'delete', path: pathOf(999 + index) } : createOf(1000 + index, 'x'.repeat(index))]);
        if (index % 100 === 50) await store.maintain(test.did);
      }
      await store.maintain(test.did);
      const { tree } = await Repository.open(store.reader(test.did), test.repository.commit.cid);
      const entries = await entriesOf(tree);
      same(entries.length, 200, 'entries');
      const records = await store.reader(test.did).read(entries.map(({ value }) => value));
      check(records.every((bytes) => bytes !== undefined), 'a record is missing');
    },
  },
];

/** Makes a commit that goes to the mirror; its message has as many bytes as `index` says. */
async function writeOutgoing(test: TestAccount, store: HouseStore, index: number): Promise<OutboxEntry> {
  const { change, result } = await test.change([createOf(100 + index, 'x')]);
  const { cid, rev } = change.head;
  const outgoing = { rev, cid, blobs: [change.expected], message: new Uint8Array(index).fill(index) };
  await store.commit({ ...change, outgoing });
  test.repository = result.repository;
  return outgoing;
}

async function entriesOf(tree: Tree): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of tree.entries()) entries.push(entry);
  return entries;
}
