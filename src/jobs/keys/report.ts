import type { KeyUse } from '../../pds/index.ts';

/** What a key was used for, as the page shows it. */
export interface KeyUseReport extends KeyUse {
  readonly count: number;
  /** When the last of them was: an ISO datetime. */
  readonly time: string;
}
