import { XrpcError } from '../../../../pds/index.ts';
import { datetimeToMs, lexicons, parseDatetime } from '../../../../protocol/index.ts';
import { newCode, newShortCode, SHORT_MS } from '../../../invitations.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { invitationView, termsFromView } from '../../../operator/views.ts';

export const createInvitation = defineOperatorMethod(lexicons.AppHoldfastOperatorCreateInvitation.mainSchema, async ({ host, input }) => {
  const { until, ...terms } = termsFromView(input.terms ?? {});
  if (until !== undefined) throw new XrpcError(400, 'TermsInvalid', 'An invitation is for a number of days from its use on; a day is agreed with an account. Nothing was made.');
  const wished = input.expiresAt === undefined ? undefined : datetimeToMs(parseDatetime(input.expiresAt));
  const isShort = input.short === true;
  const expiresAt = isShort ? Math.min(wished ?? Infinity, host.now() + SHORT_MS) : wished;
  if (expiresAt !== undefined && expiresAt <= host.now()) throw new XrpcError(400, 'TermsInvalid', 'The day until which it may be used is over already. Nothing was made.');
  const wish = { note: input.note ?? '', terms, ...(input.days !== undefined && { days: input.days }), ...(expiresAt !== undefined && { expiresAt }) };
  let code: string;
  do code = isShort ? newShortCode() : newCode();
  while (!await host.copies.invite({ ...wish, code }));
  host.log('The operator has made an invitation');
  return { invitation: invitationView((await host.copies.invitation(code))!) };
});
