import { defineHostMethod } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import type { OperatorHost } from '../../../operator/operator-host.ts';
import { invitationView } from '../../../operator/views.ts';

export const listInvitations = defineHostMethod<OperatorHost>()(lexicons.AppHoldfastOperatorListInvitations.mainSchema, async ({ host, params }) => {
  const { limit, cursor } = params;
  const invitations = await host.copies.invitations({ limit, ...(cursor !== undefined && { after: cursor }) });
  return { invitations: invitations.map(invitationView), ...(invitations.length === limit && { cursor: invitations.at(-1)!.code }) };
});
