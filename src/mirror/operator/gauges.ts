import type { Gauge } from '../metrics.ts';
import type { RelaySight } from '../relays/relay-watch.ts';
import type { OperatorHost } from './operator-host.ts';

/** Gives the gauges of a mirror as they are now. */
export async function gaugesOf(host: OperatorHost): Promise<readonly Gauge[]> {
  const { now, startedAt, copies, outlets, subscribers, conversations } = host;
  const { accounts, blobs, databaseBytes } = host.totals();
  const hosts = host.hosts();
  const ofRelays = (name: string, help: string, read: (sight: RelaySight) => number | undefined): Gauge => ({
    name, help, values: outlets.all.flatMap(({ name: { name: own }, crawlers, relays }) => crawlers.states().flatMap(({ url }) => {
      const sight = relays.sight(url);
      const value = sight && read(sight);
      return value === undefined ? [] : [[{ host: own, relay: new URL(url).host }, value] as const];
    })),
  });
  const ofHosts = (name: string, help: string, read: (totals: (typeof hosts)[number]) => number): Gauge => ({
    name, help, values: hosts.map((totals) => [{ host: totals.name }, read(totals)] as const),
  });
  const one = (name: string, help: string, value: number): Gauge => ({ name, help, values: [[{}, value]] });
  return [
    { name: 'holdfast_info', help: 'The version that runs.', values: [[{ version: host.version }, 1]] },
    one('holdfast_uptime_seconds', 'Since the start.', (now() - startedAt) / 1_000),
    one('holdfast_subscribers', 'Who reads the firehose.', subscribers()),
    { name: 'holdfast_conversations', help: 'Conversations with houses, by channel.', values: Object.entries(conversations()).map(([channel, count]) => [{ channel }, count]) },
    {
      name: 'holdfast_crawl_requests_waiting', help: 'Relays that did not take it when they were asked to crawl last, by host name.',
      values: outlets.all.map(({ name: { name }, crawlers }) => [{ host: name }, crawlers.states().filter(({ failures }) => failures > 0).length] as const),
    },
    ofRelays('holdfast_relay_reachable', 'Whether a relay answered when it was asked last what it knows of this mirror.', ({ failure }) => (failure === undefined ? 1 : 0)),
    ofRelays('holdfast_relay_lag_seconds', 'How old the first event is that a relay has not read.', ({ place: { lagMs } }) => lagMs && lagMs / 1_000),
    ofRelays('holdfast_relay_accounts_missing', 'Accounts that a relay does not have as they are here, of those it was asked about.', ({ faults }) => faults.length),
    ofHosts('holdfast_events_in_hour', 'Events of the last hour, by host name; relays read no more than 2,500 of one.', ({ eventsInHour }) => eventsInHour),
    ofHosts('holdfast_host_accounts', 'Active accounts, by host name; relays take no more than 100 of one.', ({ accounts: active }) => active),
    ofHosts('holdfast_host_full', 'Whether nobody more comes under a host name while another has room.', ({ isFull }) => (isFull ? 1 : 0)),
    one('holdfast_last_seq', 'The number of the newest event.', await copies.lastSeq()),
    one('holdfast_database_bytes', 'Bytes of the database.', databaseBytes),
    one('holdfast_blobs', 'Blobs; one that two accounts have counts twice.', blobs.count),
    one('holdfast_blob_bytes', 'Bytes of blobs; one that two accounts have counts twice.', blobs.bytes),
    { name: 'holdfast_accounts', help: 'Accounts, by status.', values: Object.entries(accounts).map(([status, count]) => [{ status }, count]) },
  ];
}
