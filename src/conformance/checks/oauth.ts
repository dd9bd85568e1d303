import { limitedFetch } from '../../identity/index.ts';
import { must, mustNotBeBusy, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { isLocal, jsonOf } from '../host.ts';
import type { Host } from '../host.ts';
import type { Answer } from '../../identity/index.ts';

const SPEC = 'https://atproto.com/specs/oauth';
const MS = 10_000;
const BYTES = 65_536;

type Fields = Readonly<Record<string, unknown>>;

/** Sign-in of apps, by what its documents say. */
export const OAUTH_CHECKS: readonly Check[] = [
  {
    id: 'oauth.resource', title: 'It names the one server where apps sign in', why: `${SPEC}#server-metadata`,
    run: async (context) => {
      const document = await resourceOf(context);
      must(document['resource'] === context.host.origin, 'Resource', `The document is about ${shown(document['resource'])}`);
      const servers = document['authorization_servers'];
      const [server, ...more] = Array.isArray(servers) ? servers as readonly unknown[] : [];
      must(isIssuer(server, context.host) && more.length === 0, 'AuthorizationServers', `It names as servers ${shown(servers)}, where one origin by https was due`);
      return server;
    },
  },
  {
    id: 'oauth.server', title: 'That server can do what apps of the network need', why: `${SPEC}#server-metadata`,
    run: async (context) => {
      const { issuer, document } = await serverOf(context);
      must(document['issuer'] === issuer, 'Issuer', `The document of ${issuer} is about ${shown(document['issuer'])}`);
      for (const [name, wanted] of Object.entries(NEEDED)) {
        const found = document[name];
        must(Array.isArray(found) && wanted.every((item) => found.includes(item)), 'Metadata', `${name} is ${shown(found)}, and has to have ${wanted.join(', ')}`);
      }
      const alone = document['token_endpoint_auth_signing_alg_values_supported'];
      must(Array.isArray(alone) && !alone.includes('none'), 'Metadata', 'token_endpoint_auth_signing_alg_values_supported allows none, or is not there');
      for (const name of ENDPOINTS) must(isAddress(document[name], issuer), 'Metadata', `${name} is ${shown(document[name])}, and not an address by https`);
      for (const name of FLAGS) must(document[name] === true, 'Metadata', `${name} is not true`);
      return issuer;
    },
  },
  {
    id: 'oauth.cors', title: 'Pages of any origin may read these documents', why: `${SPEC}#server-metadata`,
    run: async (context) => {
      const answers = [(await resourceAnswer(context)), (await serverOf(context)).answer];
      for (const { headers } of answers) must(['*', 'https://app.example'].includes(headers.get('access-control-allow-origin') ?? ''), 'AllowOrigin', 'A document of OAuth allows no other origin');
      return 'both documents';
    },
  },
];

/** Lists of the metadata, and what has to be in them. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  response_types_supported: ['code'], grant_types_supported: ['authorization_code', 'refresh_token'], code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'], token_endpoint_auth_signing_alg_values_supported: ['ES256'],
  scopes_supported: ['atproto'], dpop_signing_alg_values_supported: ['ES256'],
};
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'pushed_authorization_request_endpoint'];
const FLAGS = ['authorization_response_iss_parameter_supported', 'require_pushed_authorization_requests', 'client_id_metadata_document_supported'];

async function resourceAnswer({ host }: Context): Promise<Answer> {
  const answer = await host.call('/.well-known/oauth-protected-resource', { headers: { origin: 'https://app.example' } });
  if (answer.status === 404) throw new NotSeen('it has no sign-in by OAuth');
  must(answer.status === 200, 'Status', `oauth-protected-resource was answered with ${answer.status}`);
  return answer;
}

async function resourceOf(context: Context): Promise<Fields> {
  return fieldsOf(await resourceAnswer(context), 'oauth-protected-resource');
}

async function serverOf(context: Context): Promise<{ readonly issuer: string; readonly document: Fields; readonly answer: Answer }> {
  const servers = (await resourceOf(context))['authorization_servers'];
  const issuer: unknown = Array.isArray(servers) ? servers[0] : undefined;
  if (!isIssuer(issuer, context.host)) throw new NotSeen('see oauth.resource');
  const url = `${issuer}/.well-known/oauth-authorization-server`;
  const answer = await limitedFetch(fetch, url, { headers: { origin: 'https://app.example' } }, { ms: MS, bytes: BYTES });
  mustNotBeBusy(answer.status);
  must(answer.status === 200, 'Status', `oauth-authorization-server was answered with ${answer.status}`);
  return { issuer, document: fieldsOf(answer, 'oauth-authorization-server'), answer };
}

function fieldsOf(answer: Answer, name: string): Fields {
  const json = jsonOf(answer, name);
  must(typeof json === 'object' && json !== null && !Array.isArray(json), 'Metadata', `${name} is no object`);
  return json as Fields;
}

/** Whether it is an origin by https; or by http on this machine, where the server itself is. Others are not asked. */
function isIssuer(value: unknown, { origin }: Host): value is string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && url.origin === value && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(value) && isLocal(origin)));
}

/** By https, at whatever origin; or at the issuer itself. */
function isAddress(value: unknown, issuer: string): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && (url.protocol === 'https:' || url.origin === issuer);
}
