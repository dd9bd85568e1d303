import { mainSchema as describeServer } from '@atcute/atproto/types/server/describeServer';
import { documentAddress } from '../../identity/index.ts';
import { isDid } from '../../protocol/index.ts';
import type { Answer } from '../../identity/index.ts';
import { given, must, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { mustRefuse, textOf } from '../host.ts';
import type { Params } from '../host.ts';
import { OWN_COLLECTION, ownRecord } from '../own-records.ts';

const DESCRIBE = 'com.atproto.server.describeServer';
const XRPC = 'https://atproto.com/specs/xrpc';
/** What browsers announce before apps may send it. */
const ASKED_HEADERS = ['authorization', 'content-type', 'dpop', 'atproto-proxy', 'atproto-accept-labelers'];

const allows = ({ headers }: Answer, origin: string): boolean => ['*', origin].includes(headers.get('access-control-allow-origin') ?? '');
const APP = 'https://app.example';

/** The server by itself. */
export const SERVER_CHECKS: readonly Check[] = [
  {
    id: 'server.describe', title: 'It says who it is and which names it gives', why: 'https://docs.bsky.app/docs/api/com-atproto-server-describe-server',
    run: async ({ host }) => {
      const { did, availableUserDomains } = await host.query(describeServer);
      must(isDid(did), 'ServerDid', `The DID of the server is none: ${shown(did)}`);
      must(availableUserDomains.every((domain) => domain.startsWith('.')), 'UserDomain', 'A domain for names does not begin with a dot');
      return did;
    },
  },
  {
    id: 'server.did-document', title: 'Its own DID leads to a document of that DID', why: 'https://atproto.com/specs/did#did-web',
    run: async ({ host }) => {
      const { did } = await given('server.describe', host.query(describeServer));
      if (!isDid(did)) throw new NotSeen('see server.describe');
      if (documentAddress(did, '') !== `${host.origin}/.well-known/did.json`) throw new NotSeen(`${did} is not a did:web of this address`);
      const answer = await host.call('/.well-known/did.json');
      must(answer.status === 200, 'Status', `did.json was answered with ${answer.status}`);
      const document = JSON.parse(new TextDecoder().decode(answer.bytes)) as { readonly id?: unknown; readonly service?: readonly { readonly serviceEndpoint?: unknown }[] };
      must(document.id === did, 'DocumentDid', `did.json is about ${shown(document.id)}`);
      const endpoints = (document.service ?? []).map(({ serviceEndpoint }) => serviceEndpoint);
      must(endpoints.length === 0 || endpoints.includes(host.origin), 'PdsEndpoint', 'No service of did.json is at this address');
      return 'did.json';
    },
  },
  {
    id: 'server.no-relay', title: 'It does not call itself a relay of another kind', why: 'https://github.com/bluesky-social/indigo/blob/main/cmd/relay/relay/slurper.go',
    run: async ({ host }) => {
      const name = (await host.get(DESCRIBE)).headers.get('server') ?? 'no name';
      must(!name.includes('atproto-relay'), 'RelayName', 'The header Server names a relay, and relays turn such hosts away');
      return shown(name);
    },
  },
  {
    id: 'server.cors', title: 'Pages of any origin may read its answers, also refusals', why: 'https://atproto.com/specs/oauth#clients',
    run: async ({ host, did }) => {
      const ask = async (nsid: string, params: Params = {}): Promise<Answer> => {
        const answer = await host.get(nsid, params, { headers: { origin: APP } });
        must(allows(answer, APP), 'AllowOrigin', `An answer of ${nsid} with ${answer.status} has no access-control-allow-origin for a page of another origin`);
        return answer;
      };
      const latest = await ask('com.atproto.sync.getLatestCommit', { did });
      const blobs = await ask('com.atproto.sync.listBlobs', { did, limit: 1 });
      const [commit, blob] = [/"cid"\s*:\s*"(\w+)"/.exec(textOf(latest))?.[1], /\[\s*"(\w+)"/.exec(textOf(blobs))?.[1]];
      const others: readonly (readonly [nsid: string, params?: Params])[] = [
        [DESCRIBE], ['com.atproto.repo.describeRepo', { repo: did }], ['com.atproto.repo.getRecord'], ['com.atproto.repo.listRecords', { repo: did, collection: OWN_COLLECTION }],
        ['com.atproto.sync.listRepos', { limit: 1 }], ['com.atproto.sync.getBlocks', { did, cids: commit }], ['com.atproto.sync.getBlob', { did, cid: blob }],
        ['com.atproto.identity.resolveHandle', { handle: 'nobody.example' }],
      ];
      for (const [nsid, params] of others) await ask(nsid, params);
      return `${others.length + 2} answers`;
    },
  },
  {
    id: 'server.preflight', title: 'Browsers are told that apps may call, and with which headers', why: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
    run: async ({ host }) => {
      const answer = await host.get('com.atproto.repo.createRecord', {}, {
        method: 'OPTIONS', headers: { origin: APP, 'access-control-request-method': 'POST', 'access-control-request-headers': ASKED_HEADERS.join(',') },
      });
      must(answer.status === 200 || answer.status === 204, 'Status', `A preflight was answered with ${answer.status}`);
      must(allows(answer, APP), 'AllowOrigin', 'A preflight allows no other origin');
      const methods = listOf(answer, 'access-control-allow-methods');
      must(methods.includes('post') || methods.includes('*'), 'AllowMethods', 'A preflight does not allow POST');
      const headers = listOf(answer, 'access-control-allow-headers');
      // The star never stands for Authorization.
      const missing = ASKED_HEADERS.find((name) => !headers.includes(name) && (name === 'authorization' || !headers.includes('*')));
      must(missing === undefined, 'AllowHeaders', `A preflight does not allow the header ${missing ?? ''}`);
      return `${answer.status}`;
    },
  },
  {
    id: 'server.unknown-method', title: 'A method that it does not know is refused as such', why: `${XRPC}#error-responses`,
    // By whatever name. One that passes on what it does not know itself asks first who calls.
    run: async ({ host }) => mustRefuse(await host.get('com.example.noSuchMethod'), 'An unknown method', [], (status) => [401, 404, 501].includes(status)),
  },
  {
    id: 'server.get-of-procedure', title: 'A procedure is not called by GET', why: XRPC,
    run: async ({ host }) => mustRefuse(await host.get('com.atproto.repo.createRecord'), 'createRecord by GET'),
  },
  {
    id: 'server.post-of-query', title: 'A query is not asked by POST', why: XRPC,
    run: async ({ host }) => mustRefuse(await host.post(DESCRIBE, {}), 'describeServer by POST'),
  },
  {
    id: 'server.missing-parameter', title: 'A parameter that is missing is refused by name', why: `${XRPC}#error-responses`,
    run: async ({ host }) => mustRefuse(await host.get('com.atproto.repo.getRecord'), 'getRecord without parameters', ['InvalidRequest']),
  },
  {
    id: 'server.bad-parameter', title: 'A parameter of another form is refused by name', why: 'https://atproto.com/specs/lexicon',
    run: async ({ host, did }) => {
      const wrong = [
        ['com.atproto.sync.getLatestCommit', { did: 'nobody' }], ['com.atproto.repo.listRecords', { repo: did, collection: 'no collection' }],
        ['com.atproto.repo.listRecords', { repo: did, collection: 'app.bsky.feed.post', limit: 'many' }], ['com.atproto.sync.getRepo', { did, since: 'yesterday' }],
        ['com.atproto.sync.getBlob', { did, cid: 'none' }],
      ] as const;
      for (const [nsid, params] of wrong) mustRefuse(await host.get(nsid, params), `${nsid.split('.').at(-1)} with ${JSON.stringify(params)}`, ['InvalidRequest']);
      return `${wrong.length} refused`;
    },
  },
  {
    id: 'server.no-token', title: 'Nobody writes without a token', why: 'https://docs.bsky.app/docs/api/com-atproto-repo-create-record',
    run: async ({ host, did }) => {
      const answer = await host.post('com.atproto.repo.createRecord', { repo: did, collection: OWN_COLLECTION, record: ownRecord('This must not be written.') });
      // 503: a server whose owner has to be there for it, and is not.
      return mustRefuse(answer, 'createRecord without a token', [], (status) => [400, 401, 403, 503].includes(status));
    },
  },
  {
    id: 'server.bad-token', title: 'A token that is none is refused by name', why: 'https://docs.bsky.app/docs/api/com-atproto-server-get-session',
    run: (context) => refusesToken(context),
  },
];

async function refusesToken({ host }: Context): Promise<string> {
  const answer = await host.get('com.atproto.server.getSession', {}, { headers: { authorization: 'Bearer none' } });
  if (answer.status === 501) throw new NotSeen('nobody can sign in here');
  return mustRefuse(answer, 'getSession with a token that is none', ['InvalidToken', 'AuthenticationRequired', 'AuthMissing', 'BadJwt', 'ExpiredToken']);
}

function listOf({ headers }: Answer, name: string): readonly string[] {
  return (headers.get(name) ?? '').split(',').map((item) => item.trim().toLowerCase());
}
