import type { Gauge } from '../metrics.ts';
import type { OperatorHost } from './operator-host.ts';

/** Gives the gauges of a mirror as they are now. */
export async function gaugesOf(host: OperatorHost): Promise<readonly Gauge[]> {
  const { now, startedAt, copies, crawlers, subscribers, conversations } = host;
  const { accounts, blobs, databaseBytes } = host.totals();
  const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [[{}, value]] });
  return [
    { name: 'holdfast_info', help: 'The version that runs.', values: [[{ version: host.version }, 1]] },
    one('holdfast_uptime_seconds', 'Since the start.', (now() - startedAt) / 1_000),
    one('holdfast_subscribers', 'Who reads the firehose.', subscribers()),
    { name: 'holdfast_conversations', help: 'Conversations with houses, by channel.', values: Object.entries(conversations()).map(([channel, count]) => [{ channel }, count]) },
    one('holdfast_crawl_requests_waiting', 'Relays that did not take it when they were asked to crawl last.', crawlers.states().filter(({ failures }) => failures > 0).length),
    one('holdfast_last_seq', 'The number of the newest event.', await copies.lastSeq()),
    one('holdfast_database_bytes', 'Bytes of the database.', databaseBytes),
    one('holdfast_blobs', 'Blobs; one that two accounts have counts twice.', blobs.count),
    one('holdfast_blob_bytes', 'Bytes of blobs; one that two accounts have counts twice.', blobs.bytes),
    { name: 'holdfast_accounts', help: 'Accounts, by status.', values: Object.entries(accounts).map(([status, count]) => [{ status }, count]) },
  ];
}
