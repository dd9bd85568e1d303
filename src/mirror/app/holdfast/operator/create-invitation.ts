import { XrpcError } from '../../../../pds/index.ts';
import { datetimeToMs, lexicons, parseDatetime } from '../../../../protocol/index.ts';
import { newCode } from '../../../invitations.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { invitationView, termsFromView } from '../../../operator/views.ts';

export const createInvitation = defineOperatorMethod(lexicons.AppHoldfastOperatorCreateInvitation.mainSchema, async ({ host, input }) => {
  const { until, ...terms } = termsFromView(input.terms ?? {});
  if (until !== undefined) throw new XrpcError(400, 'TermsInvalid', 'An invitation is for a number of days from its use on; a day is agreed with an account. Nothing was made.');
  const expiresAt = input.expiresAt === undefined ? undefined : datetimeToMs(parseDatetime(input.expiresAt));
  if (expiresAt !== undefined && expiresAt <= host.now()) throw new XrpcError(400, 'TermsInvalid', 'The day until which it may be used is over already. Nothing was made.');
  const code = newCode();
  await host.copies.invite({
    code, note: input.note ?? '', terms, ...(input.days !== undefined && { days: input.days }), ...(expiresAt !== undefined && { expiresAt }),
  });
  host.log('The operator has made an invitation');
  return { invitation: invitationView((await host.copies.invitation(code))!) };
});
