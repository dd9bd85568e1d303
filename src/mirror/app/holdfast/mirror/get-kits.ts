import { defineHostMethod } from '../../../../pds/index.ts';
import { datetimeFromMs, lexicons, parseDid, toJson } from '../../../../protocol/index.ts';
import type { MirrorHost } from '../../../mirror-host.ts';

// Also of an account that is taken down here: with its kit its owner can go elsewhere.
export const getKits = defineHostMethod<MirrorHost>()(lexicons.AppHoldfastMirrorGetKits.mainSchema, async ({ host, params }) => ({
  kits: (await host.copies.kits(parseDid(params.did))).map(({ kind, file, storedAt }) => (
    { kind, file: toJson(file) as { readonly $bytes: string }, storedAt: datetimeFromMs(storedAt) })),
}));
