import { HOST_LIMITS, warningsOf } from '../../relays/host-limits.ts';
import type { HostWarning } from '../../relays/host-limits.ts';
import type { OperatorHost } from '../operator-host.ts';
import { relayViews } from '../views.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { number, span, time } from './words.ts';

type Relay = ReturnType<typeof relayViews>[number];
type Hosts = ReturnType<OperatorHost['hosts']>;
type Sight = NonNullable<Relay['sight']>;
type Wrong = Sight['accounts'][number];

/** Whether a relay that is behind needs a look. */
const LATE_SECONDS = 300;

/** What every relay knows of this mirror and its accounts, and what was done about it. */
export function relays(host: Parameters<typeof relayViews>[0] & { readonly hosts: () => Hosts }): Html {
  const [all, hosts] = [relayViews(host), host.hosts()];
  const name = ({ host: own }: Relay): Html => html`${hosts.length > 1 && html`<div class="hint">of ${own}</div>`}`;
  if (all.length === 0) return html`${hostWarnings(hosts)}<section><p class="soft">No relay is asked to crawl: name some in <code>HOLDFAST_RELAYS</code>.</p></section>`;
  return html`${hostWarnings(hosts)}
<section aria-labelledby="list"><h2 id="list">What they know of this mirror</h2><div class="wide" tabindex="0" role="group" aria-label="Relays"><table>
<thead><tr><th scope="col">Relay</th><th scope="col">This mirror</th><th scope="col">Accounts</th><th scope="col">What was done</th></tr></thead><tbody>
${all.map((relay) => html`<tr><th scope="row">${new URL(relay.url).host}${name(relay)}</th><td data-name="This mirror">${place(relay.sight)}</td><td data-name="Accounts">${accountsOf(relay.sight)}</td><td data-name="What was done">${deeds(relay)}
<form method="post" action="/relays"><button name="relay" value="${relay.url}" aria-label="Ask again: ${new URL(relay.url).host}${hosts.length > 1 && `, of ${relay.host}`}">Ask again</button></form></td></tr>`)}
</tbody></table></div><form method="post" action="/relays"><div class="row"><button>Ask all of them again</button></div></form>
<p class="hint">They are looked at every five minutes. One that does not read is asked to crawl again by itself, every twenty minutes at most. An account that one lacks is told anew by itself, once a day at most.</p></section>
${all.map(({ url, host: own, sight }) => sight !== undefined && sight.accountsWrong > 0 && missing(hosts.length > 1 ? `${new URL(url).host}, of ${own}` : new URL(url).host, sight))}`;
}

/** What comes near to what public relays take of one host name. */
export function hostWarnings(hosts: Hosts): Html {
  const warnings = hosts.flatMap((host) => warningsOf(host).map((warning) => `${hosts.length > 1 ? `${host.name}: ` : ''}${limitWords(host)[warning]}`));
  const isFull = hosts.every((host) => host.isFull);
  return html`${(warnings.length > 0 || isFull) && html`<section aria-labelledby="limits"><h2 id="limits">Near the limits of relays</h2>${warnings.map((words) => html`<p class="amber">${words}</p>`)}
${isFull && html`<p class="bad">${hosts.length > 1 ? 'Every host name is' : 'The host name is'} full: who comes now is taken, under the emptiest, and relays may pass nothing on of them. Give the mirror another name with <code>HOLDFAST_MORE_HOSTNAMES</code>.</p>`}</section>`}`;
}

function limitWords({ accounts, eventsInHour }: Hosts[number]): Readonly<Record<HostWarning, string>> {
  return {
    accounts: `${number(accounts)} accounts are active. Public relays take ${HOST_LIMITS.accounts} of one host name, and pass nothing on of those above: ask whoever runs them for more, or give the mirror another name, before you invite others.`,
    eventsInHour: `${number(eventsInHour)} events were told in the last hour. Public relays read ${number(HOST_LIMITS.eventsInHour)} of one host name: what is above waits there, of all accounts.`,
  };
}

function place(sight: Sight | undefined): Html {
  if (sight === undefined) return html`<span class="soft">not looked at yet</span>`;
  const { lookedAt, failure, seq } = sight;
  const [tone, words] = failure !== undefined ? ['bad', `it cannot be asked: ${failure}`] as const : standing(sight);
  return html`<span class="${tone}">${words}</span><div class="hint">${seq !== undefined && `Up to event ${seq}. `}Looked at ${time(lookedAt)}</div>`;
}

function standing({ host, isAhead, lagSeconds }: Sight): readonly [tone: 'good' | 'amber' | 'bad', words: string] {
  if (isAhead) return ['bad', 'it has read an event that this mirror never told, and reads nothing before that number is passed: was an older database put back?'];
  switch (host) {
    case 'active':
      if (lagSeconds === undefined) return ['good', 'it reads, and does not say how far'];
      return lagSeconds < LATE_SECONDS ? ['good', lagSeconds === 0 ? 'it has read everything' : `it reads, ${span(lagSeconds)} behind`] : ['amber', `it is ${span(lagSeconds)} behind`];
    case 'missing': return ['amber', 'it does not know this mirror'];
    case 'idle': return ['amber', 'it has stopped reading'];
    case 'offline': return ['amber', 'it could not reach this mirror'];
    case 'throttled': return ['bad', 'it takes no more of this mirror, which is over its limits: only who runs it can change that'];
    case 'banned': return ['bad', 'it has shut this mirror out: only who runs it can change that'];
    default: return ['amber', 'it does not say'];
  }
}

function accountsOf(sight: Sight | undefined): Html {
  if (sight === undefined) return html``;
  const { accountCount, asked, accountsWrong } = sight;
  const [tone, words] = accountsWrong > 0 ? ['amber', `${number(accountsWrong)} not as here`] : asked > 0 ? ['good', 'none missing'] : ['soft', 'none looked at'];
  return html`${accountCount !== undefined && html`${number(accountCount)} known, `}<span class="${tone}">${words}</span>${asked > 0 && html`<div class="hint">${number(asked)} looked at the last time</div>`}`;
}

function deeds({ askedAt, failures, failure, sight }: Relay): Html {
  const asked = askedAt === undefined ? 'Not asked to crawl yet.' : `Asked to crawl ${time(askedAt)}: ${failures > 0 ? `${failure ?? 'nothing'}; it is asked again.` : 'taken.'}`;
  return html`<span class="${failures > 0 ? 'amber' : 'soft'}">${asked}</span>${sight?.toldAnewAt !== undefined && html` Accounts told anew: ${number(sight.toldAnew)}, the last ${time(sight.toldAnewAt)}.`}`;
}

function missing(host: string, { accounts, accountsWrong }: Sight): Html {
  return html`<section><h2>Not as here at ${host}</h2><ul>${accounts.map((account) => html`<li><a href="/accounts/${encodeURIComponent(account.did)}">${account.did}</a>: ${wrong(account)}, since ${time(account.since)}</li>`)}</ul>
${accountsWrong > accounts.length && html`<p class="soft">These are ${number(accounts.length)} of ${number(accountsWrong)}.</p>`}</section>`;
}

function wrong({ state, status }: Wrong): string {
  switch (state) {
    case 'missing': return 'it has nothing of it';
    case 'behind': return 'it has an older revision';
    case 'ahead': return 'it has a later revision than this mirror: the account may be served elsewhere, or this mirror has lost something';
    default: return `it takes it for inactive${status === undefined ? '' : ` (${status})`}`;
  }
}
