import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { invitationView } from '../../../operator/views.ts';

export const listInvitations = defineOperatorMethod(lexicons.AppHoldfastOperatorListInvitations.mainSchema, async ({ host, params }) => {
  const { limit, cursor } = params;
  const invitations = await host.copies.invitations({ limit, ...(cursor !== undefined && { before: Number(cursor) }) });
  return { invitations: invitations.map(invitationView), ...(invitations.length === limit && { cursor: String(invitations.at(-1)!.place) }) };
});
