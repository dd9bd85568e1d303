import type { StoreTotals } from '../../storage/sqlite/index.ts';
import type { Gauge } from '../metrics.ts';
import type { OperatorHost } from './operator-host.ts';

/** To count all rows takes its time, and who collects numbers asks often. */
const TOTALS_MS = 60_000;

/** Gives the gauges of a mirror as they are now; sums of the store at most a minute old. */
export function gaugesOf(host: OperatorHost): () => Promise<readonly Gauge[]> {
  let totals: { readonly sums: StoreTotals; readonly at: number } | undefined;
  return async () => {
    const { now, startedAt, copies, crawlers, subscribers, conversations } = host;
    if (totals === undefined || now() - totals.at >= TOTALS_MS) totals = { sums: host.totals(), at: now() };
    const { accounts, blobs, databaseBytes } = totals.sums;
    const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [[{}, value]] });
    return [
      { name: 'holdfast_info', help: 'The version that runs.', values: [[{ version: host.version }, 1]] },
      one('holdfast_uptime_seconds', 'Since the start.', (now() - startedAt) / 1_000),
      one('holdfast_subscribers', 'Who reads the firehose.', subscribers()),
      { name: 'holdfast_conversations', help: 'Conversations with houses, by channel.', values: Object.entries(conversations()).map(([channel, count]) => [{ channel }, count]) },
      one('holdfast_crawl_requests_waiting', 'Relays that were asked to crawl and have not taken it.', crawlers.states().filter(({ failures }) => failures > 0).length),
      one('holdfast_last_seq', 'The number of the newest event.', await copies.lastSeq()),
      one('holdfast_database_bytes', 'Bytes of the database.', databaseBytes),
      one('holdfast_blobs', 'Blobs, for each account that has them.', blobs.count),
      one('holdfast_blob_bytes', 'Bytes of blobs, for each account that has them.', blobs.bytes),
      { name: 'holdfast_accounts', help: 'Accounts, by status.', values: Object.entries(accounts).map(([status, count]) => [{ status }, count]) },
    ];
  };
}
