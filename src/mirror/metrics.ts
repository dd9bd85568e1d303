import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventType } from '../mirroring/index.ts';

type Labels = Readonly<Record<string, string | number>>;

/** What is read when it is asked for. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly values: readonly (readonly [labels: Labels, value: number])[];
}

/** Of the seconds that a commit takes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const RESOLUTION_MS = 20;

/**
 * What a mirror counts while it works. To count is to add to a number in a map, so it is done always. Labels come from sets that
 * we know: methods, statuses, codes and types, never what a caller has said.
 */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  readonly #events = new Map<string, number>();
  readonly #commits: number[] = BUCKETS.map(() => 0);
  #commitCount = 0;
  #commitSeconds = 0;
  #dropped = 0;
  #delays: ReturnType<typeof monitorEventLoopDelay> | undefined;

  /** @param method an NSID of the tables, or what else it was */
  request(method: string, status: number): void {
    add(this.#requests, labelled({ method, status }));
  }

  /** @param code of a refusal of ours */
  refused(code: string): void {
    add(this.#refusals, labelled({ code }));
  }

  event(type: EventType): void {
    add(this.#events, labelled({ type: type.slice(1) }));
  }

  /** A commit has its receipt. */
  commit(seconds: number): void {
    this.#commitCount++;
    this.#commitSeconds += seconds;
    const bucket = BUCKETS.findIndex((most) => seconds <= most);
    if (bucket >= 0) this.#commits[bucket]!++;
  }

  /** Somebody who read the firehose was sent away. */
  dropped(): void {
    this.#dropped++;
  }

  /** Looks at the delays of the event loop from now on. @returns ends it */
  watchDelays(): () => void {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    this.#delays = delays;
    return () => delays.disable();
  }

  /** All of it as Prometheus reads it (text format 0.0.4), with what is read now. */
  text(gauges: readonly Gauge[]): string {
    return [
      counter('holdfast_requests_total', 'XRPC requests answered, by method and status.', this.#requests),
      counter('holdfast_refusals_total', 'Refusals to houses, by code.', this.#refusals),
      counter('holdfast_events_total', 'Events written to the firehose, by type.', this.#events),
      counter('holdfast_subscribers_dropped_total', 'Firehose readers sent away: too slow, or with a cursor of the future.', new Map([['', this.#dropped]])),
      this.#histogram(),
      ...[...gauges, this.#delayGauge(), memoryGauge()].map(gaugeText),
    ].join('');
  }

  #histogram(): string {
    const name = 'holdfast_commit_seconds';
    let sum = 0;
    const lines = BUCKETS.map((most, index) => `${name}_bucket{le="${most}"} ${sum += this.#commits[index]!}\n`);
    return `${head(name, 'Seconds from a commit to its receipt.', 'histogram')}${lines.join('')}${name}_bucket{le="+Inf"} ${this.#commitCount}\n`
      + `${name}_sum ${this.#commitSeconds}\n${name}_count ${this.#commitCount}\n`;
  }

  /** Since it was asked for last. The monitor counts the time between its own turns, so that is taken off. */
  #delayGauge(): Gauge {
    const delays = this.#delays;
    const seconds = (nanoseconds: number): number => Math.max(0, (nanoseconds || 0) / 1e9 - RESOLUTION_MS / 1_000);
    const values = delays === undefined ? [] : ([['0.5', delays.percentile(50)], ['0.99', delays.percentile(99)], ['1', delays.max]] as const)
      .map(([quantile, value]) => [{ quantile }, delays.count === 0 ? 0 : seconds(value)] as const);
    delays?.reset();
    return { name: 'holdfast_event_loop_delay_seconds', help: 'How late the event loop was, since it was asked for last.', values };
  }
}

function memoryGauge(): Gauge {
  return { name: 'process_resident_memory_bytes', help: 'Resident memory.', values: [[{}, process.memoryUsage.rss()]] };
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function counter(name: string, help: string, counts: ReadonlyMap<string, number>): string {
  return head(name, help, 'counter') + [...counts].map(([labels, count]) => `${name}${labels} ${count}\n`).join('');
}

function gaugeText({ name, help, values }: Gauge): string {
  return head(name, help, 'gauge') + values.map(([labels, value]) => `${name}${labelled(labels)} ${value}\n`).join('');
}
