import type { Method } from '../../pds/index.ts';
import { describeOperated } from '../app/holdfast/operator/describe.ts';
import { listRelays } from '../app/holdfast/operator/list-relays.ts';
import { requestCrawl } from '../app/holdfast/operator/request-crawl.ts';
import type { OperatorHost } from './operator-host.ts';

/** What a mirror answers its operator, who has shown the token by then. A method is a file named by its NSID, and a line here. */
export const OPERATOR_METHODS: readonly Method<OperatorHost>[] = [describeOperated, listRelays, requestCrawl];
