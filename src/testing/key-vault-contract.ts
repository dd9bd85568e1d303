import { parseDid } from '../protocol/index.ts';
import type { KeyVault } from '../keys/index.ts';
import type { ContractCase } from './block-store-contract.ts';
import { check, same } from './contract-checks.ts';

const ALICE = parseDid('did:web:alice.test');
const BOB = parseDid('did:web:bob.test');

/** What every adapter of `KeyVault` promises. Each case wants an empty vault of its own. */
export const keyVaultContract: readonly ContractCase<KeyVault>[] = [
  {
    name: 'keeps one thing of a name for each account, its own copy, and lets it go',
    async run(vault) {
      check(await vault.get(ALICE, 'passkey') === undefined, 'it has something');
      const bytes = Uint8Array.of(1, 2, 3);
      await vault.put(ALICE, 'passkey', { bytes });
      bytes[0] = 9;
      await vault.put(BOB, 'passkey', { bytes: Uint8Array.of(4) });
      await vault.put(ALICE, 'other', { bytes: Uint8Array.of(5) });
      same((await vault.get(ALICE, 'passkey'))?.bytes, Uint8Array.of(1, 2, 3), 'first');
      await vault.put(ALICE, 'passkey', { bytes: Uint8Array.of(6) });
      same((await vault.get(ALICE, 'passkey'))?.bytes, Uint8Array.of(6), 'the place of the first');
      await vault.remove(ALICE, 'passkey');
      await vault.remove(ALICE, 'passkey');
      check(await vault.get(ALICE, 'passkey') === undefined, 'it was kept');
      same([(await vault.get(BOB, 'passkey'))?.bytes, (await vault.get(ALICE, 'other'))?.bytes], [Uint8Array.of(4), Uint8Array.of(5)], 'others');
    },
  },
  {
    name: 'keeps a key that cannot be read beside what it opens',
    async run(vault) {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const iv = new Uint8Array(12);
      const bytes = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, Uint8Array.of(7)));
      await vault.put(ALICE, 'wrapped', { bytes, key });
      const entry = await vault.get(ALICE, 'wrapped');
      check(entry?.key !== undefined && !entry.key.extractable, 'its key');
      same(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, entry.key, new Uint8Array(entry.bytes))), Uint8Array.of(7), 'opened');
    },
  },
];
