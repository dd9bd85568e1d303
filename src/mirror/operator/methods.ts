import type { Method } from '../../pds/index.ts';
import { backup } from '../app/holdfast/operator/backup.ts';
import { createInvitation } from '../app/holdfast/operator/create-invitation.ts';
import { describeOperated } from '../app/holdfast/operator/describe.ts';
import { getAccount } from '../app/holdfast/operator/get-account.ts';
import { listAccounts } from '../app/holdfast/operator/list-accounts.ts';
import { listInvitations } from '../app/holdfast/operator/list-invitations.ts';
import { listRelays } from '../app/holdfast/operator/list-relays.ts';
import { requestCrawl } from '../app/holdfast/operator/request-crawl.ts';
import { updateAccount } from '../app/holdfast/operator/update-account.ts';
import { withdrawInvitation } from '../app/holdfast/operator/withdraw-invitation.ts';
import type { OperatorHost } from './operator-host.ts';

/** What a mirror answers its operator, who has shown the token by then. A method is a file named by its NSID, and a line here. */
export const OPERATOR_METHODS: readonly Method<OperatorHost>[] = [
  describeOperated, listAccounts, getAccount, updateAccount, createInvitation, listInvitations, withdrawInvitation, listRelays, requestCrawl, backup,
];
