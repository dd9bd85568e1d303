import { defineHostMethod } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import type { MirrorHost } from '../../../mirror-host.ts';
import { offerOf } from '../../../usage.ts';

export const getTerms = defineHostMethod<MirrorHost>()(lexicons.AppHoldfastMirrorGetTerms.mainSchema, async ({ host, input: { invite } }) => (
  { terms: offerOf(host, invite === undefined ? undefined : await host.codes.find(invite)) }
));
