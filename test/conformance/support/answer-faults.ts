import { cidOf, formatMultikey } from '../../../src/protocol/index.ts';
import { seededP256Signer } from '../../../src/testing/index.ts';
import { answers, asks, instead, json, streams } from './fault.ts';
import type { Fault } from './fault.ts';

type Json = Record<string, unknown>;
const OTHER_CID = 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454';
const SUSPENDED = `did:plc:${'e'.repeat(24)}`;
const OTHER_DID = 'did:plc:zzzzzzzzzzzzzzzzzzzzzzzz';
const NOBODYS_BLOB = cidOf(new TextEncoder().encode('Nobody has this.'), 'raw').toString();
const DESCRIBE = 'server.describeServer';
const CORS = 'access-control-allow-origin';

function forget(headers: Record<string, string>, name: string): void {
  delete headers[name];
}

const asList = (value: unknown): Json[] => value as Json[];

const SERVER: readonly Fault[] = [
  instead('describeServer breaks down', 'server.describe Status', DESCRIBE, 500, { error: 'InternalServerError' }, { when: ({ method }) => method === 'GET' }),
  json('describeServer leaves its DID out', 'server.describe Lexicon', DESCRIBE, (body) => ({ ...body, did: undefined })),
  json('describeServer gives a name for its DID', 'server.describe Lexicon', DESCRIBE, (body) => ({ ...body, did: 'nobody' })),
  json('describeServer gives a DID that is none', 'server.describe ServerDid', DESCRIBE, (body) => ({ ...body, did: 'did:web:a%zz' })),
  json('a domain for names has no dot', 'server.describe UserDomain', DESCRIBE, (body) => ({ ...body, availableUserDomains: ['holdfast.test'] })),
  answers('describeServer is a page', 'server.describe ContentType', DESCRIBE, ({ headers, status }) => {
    if (status === 200) headers['content-type'] = 'text/html';
  }),
  answers('describeServer is no JSON', 'server.describe Json', DESCRIBE, (answered) => {
    if (answered.status === 200) answered.body = Buffer.from('{');
  }),
  instead('did.json is not there', 'server.did-document Status', '/did.json', 404, 'Not found'),
  json('did.json is about another server', 'server.did-document DocumentDid', '/did.json', (body) => ({ ...body, id: 'did:web:other.example' })),
  json('did.json names another address', 'server.did-document PdsEndpoint', '/did.json', (body) => ({ ...body, service: [{ id: '#atproto_pds', serviceEndpoint: 'https://other.example' }] })),
  answers('it calls itself a relay', 'server.no-relay RelayName', DESCRIBE, ({ headers }) => {
    headers['server'] = 'indigo atproto-relay';
  }),
  answers('no answer may be read by other pages', 'server.cors AllowOrigin', '', ({ headers }) => forget(headers, CORS), { when: ({ name }) => !name.startsWith('/') }),
  answers('refusals may not be read by other pages', 'server.cors AllowOrigin', '', ({ headers, status }) => {
    if (status >= 400) forget(headers, CORS);
  }),
  ...['getLatestCommit', 'listRepos', 'getBlocks', 'getBlob', 'listRecords', 'resolveHandle'].map((method) => (
    answers(`other pages may not read ${method}`, 'server.cors AllowOrigin', method, ({ headers }) => forget(headers, CORS))
  )),
  ...([
    ['preflights are not known', 'Status', (answered) => answered.status = 404],
    ['preflights allow no other origin', 'AllowOrigin', ({ headers }) => delete headers[CORS]],
    ['preflights do not allow POST', 'AllowMethods', ({ headers }) => headers['access-control-allow-methods'] = 'GET'],
    ['preflights do not allow Authorization', 'AllowHeaders', ({ headers }) => headers['access-control-allow-headers'] = '*'],
    ['preflights do not allow DPoP', 'AllowHeaders', ({ headers }) => headers['access-control-allow-headers'] = 'authorization, content-type'],
  ] satisfies readonly (readonly [string, string, (answered: { status: number; readonly headers: Record<string, string> }) => unknown])[]).map(([name, code, change]) => streams(name, `server.preflight ${code}`, {
    answer: (asked, answered) => {
      if (asked.method === 'OPTIONS') change(answered);
    },
  })),
  instead('an unknown method is answered', 'server.unknown-method Status', 'noSuchMethod', 200, {}),
  instead('an unknown method is answered with a page', 'server.unknown-method ContentType', 'noSuchMethod', 501, 'No such page'),
  instead('an unknown method is refused without a name', 'server.unknown-method ErrorForm', 'noSuchMethod', 501, { message: 'No' }),
  instead('an unknown method is taken for a wrong request', 'server.unknown-method Status', 'noSuchMethod', 400, { error: 'InvalidRequest' }),
  instead('a procedure is called by GET', 'server.get-of-procedure Status', 'createRecord', 200, {}, { when: ({ method }) => method === 'GET' }),
  instead('a query is asked by POST', 'server.post-of-query Status', DESCRIBE, 200, {}, { when: ({ method }) => method === 'POST' }),
  instead('a missing parameter breaks it', 'server.missing-parameter Status', 'repo.getRecord', 500, { error: 'InternalServerError' }, { when: ({ params }) => params.size === 0 }),
  instead('a refusal has no name', 'server.missing-parameter ErrorForm', 'repo.getRecord', 400, { message: 'No' }, { when: ({ params }) => params.size === 0 }),
  instead('a limit that is none is taken', 'server.bad-parameter Status', 'listRecords', 200, { records: [] }, { when: ({ params }) => params.get('limit') === 'many' }),
  instead('a DID that is none is refused by another name', 'server.bad-parameter ErrorName', 'getLatestCommit', 400, { error: 'RepoNotFound' }, { when: ({ params }) => params.get('did') === 'nobody' }),
  instead('anybody may write', 'server.no-token Status', 'createRecord', 200, {}, { when: ({ method }) => method === 'POST' }),
  instead('any token will do', 'server.bad-token Status', 'getSession', 200, {}),
];

/** The document of the account that is checked; only directories are asked by a path that ends so. */
const DOCUMENT = 'b'.repeat(24);
const KEY = formatMultikey((await seededP256Signer(new Uint8Array(32).fill(77))).publicKey);

const IDENTITY: readonly Fault[] = [
  json('the DID document names another server', 'identity.document PdsEndpoint', DOCUMENT, (body) => ({ ...body, service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: 'https://other.example' }] }), { also: ['firehose.home'] }),
  json('the DID document names no key', 'identity.document NoSigningKey', DOCUMENT, (body) => ({ ...body, verificationMethod: [] })),
  json('the DID document is of another DID', 'identity.document DocumentDid', DOCUMENT, (body) => ({ ...body, id: OTHER_DID })),
  instead('the DID is not known', 'identity.document UnknownDid', DOCUMENT, 404, {}, { also: ['firehose.home'] }),
  json('the key is another', 'repository.whole CommitSignature', DOCUMENT, (body) => ({ ...body, verificationMethod: [{ ...asList(body['verificationMethod'])[0], publicKeyMultibase: KEY }] }), { also: ['firehose.signature'] }),
  instead('the name leads to another DID', 'identity.handle HandleMismatch', '/atproto-did', 200, OTHER_DID, { also: ['identity.well-known'] }),
  instead('the name leads to a page', 'identity.well-known HandleMismatch', '/atproto-did', 200, '<html>', { also: ['identity.handle'] }),
  instead('the name leads nowhere', 'identity.well-known Status', '/atproto-did', 404, 'Not found', { also: ['identity.handle'] }),
  json('another DID is found for the name', 'identity.resolve HandleMismatch', 'resolveHandle', () => ({ did: OTHER_DID })),
  instead('a DID is found for a name that nobody has', 'identity.resolve-unknown Status', 'resolveHandle', 200, { did: OTHER_DID }, { when: ({ params }) => params.get('handle')?.includes('nobody') === true }),
];

const RECORDS: readonly Fault[] = [
  json('describeRepo is about somebody else', 'records.describe OtherDid', 'describeRepo', (body) => ({ ...body, did: OTHER_DID }), { when: ({ params }) => params.get('repo')?.startsWith('did:') === true }),
  json('describeRepo names another handle', 'records.describe OtherHandle', 'describeRepo', (body) => ({ ...body, handle: 'other.example' })),
  json('describeRepo lists a collection that is not there', 'records.describe Collections', 'describeRepo', (body) => ({ ...body, collections: ['com.example.other'] })),
  json('describeRepo has the document of another DID', 'records.describe DocumentDid', 'describeRepo', (body) => ({ ...body, didDoc: { id: OTHER_DID } })),
  json('describeRepo leaves something out', 'records.describe Lexicon', 'describeRepo', (body) => ({ ...body, handleIsCorrect: undefined })),
  instead('the name of the account is not known', 'records.describe-by-name Status', 'describeRepo', 400, { error: 'RepoNotFound' }, { when: ({ params }) => params.get('repo')?.startsWith('did:') === false }),
  json('a record has another value', 'records.values OtherValue', 'repo.getRecord', (body) => ({ ...body, value: { ...body['value'] as Json, text: 'other' } })),
  json('a record has one field more', 'records.values OtherValue', 'repo.getRecord', (body) => ({ ...body, value: { ...body['value'] as Json, more: true } })),
  json('a record has a number that is no integer', 'records.values JsonForm', 'repo.getRecord', (body) => ({ ...body, value: { ...body['value'] as Json, more: 0.5 } })),
  json('a link in a record is text', 'records.values JsonForm', 'repo.getRecord', (body) => JSON.parse(JSON.stringify(body).replace(/\{"\$link":("[^"]+")\}/g, '$1'))),
  json('a record has the CID of another', 'records.values OtherCid', 'repo.getRecord', (body) => ({ ...body, cid: OTHER_CID }), { when: ({ params }) => !params.has('cid') }),
  json('a record has the uri of another', 'records.values Uri', 'repo.getRecord', (body) => ({ ...body, uri: `${String(body['uri'])}x` })),
  instead('a record is not found', 'records.values Status', 'repo.getRecord', 400, { error: 'RecordNotFound' }, { when: ({ params }) => params.get('rkey')?.length === 2 }),
  asks('any CID of a record will do', 'records.by-cid Status', 'repo.getRecord', (params) => params.delete('cid')),
  json('a record asked for by CID is another', 'records.by-cid OtherCid', 'repo.getRecord', (body) => ({ ...body, cid: OTHER_CID }), { when: ({ params }) => params.has('cid') }),
  instead('nothing is found', 'records.missing Status', 'repo.getRecord', 200, {}, { when: ({ params }) => params.get('rkey') === 'nothing' }),
  instead('nothing is refused by another name', 'records.missing ErrorName', 'repo.getRecord', 400, { error: 'InvalidRequest' }, { when: ({ params }) => params.get('rkey') === 'nothing' }),
  instead('nobody is described', 'records.unknown-account Status', 'describeRepo', 200, {}, { when: ({ params }) => /^did:plc:(?!b{24})/.test(params.get('repo') ?? '') }),
];

const onlyWith = (name: string, value?: string) => ({ params }: { readonly params: URLSearchParams }): boolean => params.has(name) && (value === undefined || params.get(name) === value);

const LISTS: readonly Fault[] = [
  json('a list has another value', 'records.list OtherValue', 'listRecords', (body) => ({ ...body, records: asList(body['records']).map((each) => ({ ...each, value: { $type: 'app.holdfast.note', text: 'other' } })) })),
  json('a list has another CID', 'records.list OtherCid', 'listRecords', (body) => ({ ...body, records: asList(body['records']).map((each) => ({ ...each, cid: OTHER_CID })) })),
  json('a list has a record that is not there', 'records.list OtherCid', 'listRecords', (body) => ({ ...body, records: asList(body['records']).map((each) => ({ ...each, uri: `${String(each['uri'])}x` })) }), { when: onlyWith('limit', '50') }),
  json('a list has no CIDs', 'records.list Lexicon', 'listRecords', (body) => ({ ...body, records: asList(body['records']).map((each) => ({ ...each, cid: undefined })) }), { when: ({ params }) => params.get('limit') === '50' }),
  json('a list has the uris of somebody else', 'records.list Uri', 'listRecords', (body) => ({ ...body, records: asList(body['records']).map((each) => ({ ...each, uri: String(each['uri']).replace('b'.repeat(24), 'z'.repeat(24)) })) }), { also: ['records.list-order', 'records.list-reverse', 'records.list-pages'] }),
  json('a list is empty', 'records.list Missing', 'listRecords', () => ({ records: [] }), { when: onlyWith('limit', '50') }),
  json('two records of a list change places', 'records.list-order Order', 'listRecords', (body) => ({ ...body, records: asList(body['records']).toSpliced(0, 2, asList(body['records'])[1]!, asList(body['records'])[0]!) }), { when: ({ params }) => params.get('limit') === '100' && !params.has('reverse') }),
  json('a record of a list is left out', 'records.list-order Order', 'listRecords', (body) => ({ ...body, records: asList(body['records']).slice(1) }), { when: ({ params }) => params.get('limit') === '100' && !params.has('reverse') }),
  asks('lists are not turned round', 'records.list-reverse Order', 'listRecords', (params) => params.delete('reverse')),
  asks('every page is the first', 'records.list-pages Cursor', 'listRecords', (params) => params.delete('cursor')),
  json('a page has its last record twice', 'records.list-pages Pages', 'listRecords', (body) => ({ ...body, records: [...asList(body['records']), asList(body['records']).at(-1)] }), { when: onlyWith('cursor') }),
  json('a page is left out', 'records.list-pages Pages', 'listRecords', (body) => ({ ...body, records: asList(body['records']).slice(1) }), { when: onlyWith('cursor') }),
  asks('limits are not kept', 'records.list-limit Limit', 'listRecords', (params) => params.set('limit', '3'), onlyWith('limit', '1')),
  asks('a limit of nothing is taken', 'records.list-limit Status', 'listRecords', (params) => params.set('limit', '1'), onlyWith('limit', '0')),
  asks('a limit out of bounds is taken', 'records.list-limit Status', 'listRecords', (params) => params.set('limit', '100'), onlyWith('limit', '1000')),
  asks('a collection without records has some', 'records.list-empty NotEmpty', 'listRecords', (params) => params.set('collection', 'app.holdfast.note'), onlyWith('collection', 'com.example.nothing')),
];

const isUnknown = ({ params }: { readonly params: URLSearchParams }): boolean => /^did:plc:(?!([bcde])\1{23})/.test(params.get('did') ?? '');

const REPOSITORY: readonly Fault[] = [
  json('the latest commit is another', 'repository.latest OtherCid', 'getLatestCommit', (body) => ({ ...body, cid: OTHER_CID })),
  json('the latest rev is another', 'repository.latest OtherRev', 'getLatestCommit', (body) => ({ ...body, rev: '3jzfcijpj2z2a' })),
  instead('the latest commit is not told', 'repository.latest Status', 'getLatestCommit', 500, { error: 'InternalServerError' }, { when: ({ params }) => /^did:plc:b{24}$/.test(params.get('did') ?? '') }),
  json('an account that is here is told to be inactive', 'repository.status AccountStatus', 'getRepoStatus', (body) => ({ ...body, active: false, status: 'deactivated' }), { when: ({ params }) => params.get('did')?.includes('bbbb') === true }),
  json('an account that is here is told to be active, and deactivated', 'repository.status AccountStatus', 'getRepoStatus', (body) => ({ ...body, status: 'deactivated' }), { when: ({ params }) => params.get('did')?.includes('bbbb') === true }),
  json('the status has another rev', 'repository.status OtherRev', 'getRepoStatus', (body) => ({ ...body, rev: '3jzfcijpj2z2a' })),
  json('the status is of somebody else', 'repository.status OtherDid', 'getRepoStatus', (body) => ({ ...body, did: OTHER_DID })),
  json('the account is not listed', 'repository.list Missing', 'listRepos', (body) => ({ repos: asList(body['repos']).filter(({ did }) => !String(did).includes('bbbb')) }), { when: onlyWith('limit', '500') }),
  json('the list has another commit', 'repository.list OtherRev', 'listRepos', (body) => ({ ...body, repos: asList(body['repos']).map((each) => ({ ...each, head: OTHER_CID })) })),
  json('the list has an active account that is deactivated', 'repository.list AccountStatus', 'listRepos', (body) => ({ ...body, repos: asList(body['repos']).map((each) => ({ ...each, active: true, status: 'deactivated' })) })),
  json('the list is not what its lexicon says', 'repository.list Lexicon', 'listRepos', (body) => ({ ...body, repos: {} })),
  json('an account that is listed as inactive is told to be active', 'repository.inactive AccountStatus', 'getRepoStatus', () => ({ did: SUSPENDED, active: true }), { when: onlyWith('did', SUSPENDED) }),
  json('an account is inactive for two reasons', 'repository.inactive AccountStatus', 'getRepoStatus', (body) => ({ ...body, status: 'takendown' }), { when: onlyWith('did', SUSPENDED) }),
  instead('the commit of an inactive account is told', 'repository.inactive Status', 'getLatestCommit', 200, { cid: OTHER_CID, rev: '3jzfcijpj2z2a' }, { when: onlyWith('did', SUSPENDED) }),
  instead('an inactive account is refused by another name', 'repository.inactive ErrorName', 'getRepo', 400, { error: 'InvalidRequest' }, { when: onlyWith('did', SUSPENDED) }),
  ...([
    ['getBlocks', 'getBlocks', 200, {}], ['a proof', 'sync.getRecord', 200, {}], ['a blob', 'getBlob', 200, {}], ['a list of blobs', 'listBlobs', 200, { cids: [] }], ['a list of records', 'listRecords', 200, { records: [] }],
  ] as const).map(([what, method, status, body]) => instead(`${what} of an inactive account is given`, 'repository.inactive Status', method, status, body, { when: ({ params }) => [params.get('did'), params.get('repo')].includes(SUSPENDED) })),
  asks('every page of accounts is the first', 'repository.list-pages Pages', 'listRepos', (params) => params.delete('cursor')),
  ...['getRepo', 'getLatestCommit', 'sync.getRecord', 'getBlocks', 'getRepoStatus'].map((method) => (
    instead(`${method} of nobody is refused by another name`, `repository.unknown-${method.split('.').at(-1)!} ErrorName`, method, 400, { error: 'InvalidRequest' }, { when: isUnknown })
  )),
  instead('the status of nobody is told', 'repository.unknown-getRepoStatus Status', 'getRepoStatus', 200, {}, { when: isUnknown }),
  instead('a block that is not there is refused by another name', 'repository.missing-block ErrorName', 'getBlocks', 400, { error: 'InvalidRequest' }, { when: ({ params }) => params.getAll('cids').length === 1 && params.get('did')?.includes('bbbb') === true }),
];

const BLOBS: readonly Fault[] = [
  json('a blob is listed that no record names', 'blobs.list Stranger', 'listBlobs', (body) => ({ ...body, cids: [...body['cids'] as string[], 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'] }), { when: onlyWith('limit', '1000') }),
  json('a blob is listed twice', 'blobs.list Twice', 'listBlobs', (body) => ({ ...body, cids: [...body['cids'] as string[], (body['cids'] as string[])[0]] }), { when: onlyWith('limit', '1000') }),
  asks('every page of blobs is the first', 'blobs.list-pages Pages', 'listBlobs', (params) => params.delete('cursor')),
  answers('a blob has a bit wrong', 'blobs.bytes BlockHash', 'getBlob', ({ body, status }) => {
    if (status === 200) body[0]! ^= 1;
  }),
  answers('a blob has no type', 'blobs.bytes ContentType', 'getBlob', ({ headers, status }) => {
    if (status === 200) delete headers['content-type'];
  }),
  instead('a blob that is listed is not there', 'blobs.bytes Status', 'getBlob', 400, { error: 'BlobNotFound' }, { when: ({ params }) => params.get('cid') !== 'none' && params.get('did')?.includes('bbbb') === true }),
  answers('browsers may guess what a blob is', 'blobs.safety NoSniff', 'getBlob', ({ headers }) => forget(headers, 'x-content-type-options')),
  answers('browsers may run what is in a blob', 'blobs.safety ContentPolicy', 'getBlob', ({ headers }) => forget(headers, 'content-security-policy')),
  ...([
    ['scripts of others', "default-src 'none'; script-src *; sandbox"], ['scripts in attributes', "default-src 'none'; script-src-attr 'unsafe-inline'; sandbox"],
    ['scripts in a sandbox', "default-src 'none'; sandbox allow-scripts allow-same-origin"], ['more than nothing', "default-src 'self' 'none'; sandbox"],
  ] as const).map(([name, policy]) => answers(`the policy of a blob allows ${name}`, 'blobs.safety ContentPolicy', 'getBlob', ({ headers }) => {
    headers['content-security-policy'] = policy;
  })),
  answers('a part of a blob is another part', 'blobs.ranges OtherValue', 'getBlob', ({ body }) => {
    body[0]! ^= 1;
  }, { when: ({ range }) => range !== undefined }),
  answers('a part of a blob is of something else', 'blobs.ranges ContentRange', 'getBlob', ({ headers }) => {
    headers['content-range'] = 'bytes 0-0/99';
  }, { when: ({ range }) => range !== undefined }),
  ...([
    ['the last byte of a blob is its first', 'OtherValue', /^bytes=-1$/, 'bytes=0-0'],
    ['the rest of a blob is cut short', 'OtherValue', /^bytes=1-$/, 'bytes=1-1'],
    ['what is behind the end of a blob is given', 'Status', /^bytes=\d\d+-$/, 'bytes=0-0'],
  ] as const).map(([name, code, which, other]) => streams(name, `blobs.ranges ${code}`, {
    ask: (asked) => {
      if (which.test(asked.range ?? '')) asked.range = other;
    },
  })),
  answers('what is behind the end of a blob is refused with another size', 'blobs.ranges ContentRange', 'getBlob', ({ headers, status }) => {
    if (status === 416) headers['content-range'] = 'bytes */1';
  }),
  streams('parts of blobs are announced, and not given', 'blobs.ranges Ranges', {
    ask: (asked) => {
      asked.range = undefined;
    },
  }),
  instead('a blob that is not there is refused by another name', 'blobs.missing ErrorName', 'getBlob', 400, { error: 'InvalidRequest' }, { when: ({ params }) => params.get('cid') === NOBODYS_BLOB && params.get('did')?.includes('bbbb') === true }),
  instead('blobs of nobody are listed', 'blobs.unknown-account Status', 'listBlobs', 200, { cids: [] }, { when: isUnknown }),
];

const OAUTH: readonly Fault[] = [
  json('the document of the resource is about another server', 'oauth.resource Resource', '/oauth-protected-resource', (body) => ({ ...body, resource: 'https://other.example' })),
  json('apps are sent to two servers', 'oauth.resource AuthorizationServers', '/oauth-protected-resource', (body) => ({ ...body, authorization_servers: [...body['authorization_servers'] as string[], 'https://other.example'] })),
  json('apps are sent to a server without TLS', 'oauth.resource AuthorizationServers', '/oauth-protected-resource', (body) => ({ ...body, authorization_servers: ['http://other.example'] })),
  json('the issuer is another', 'oauth.server Issuer', '/oauth-authorization-server', (body) => ({ ...body, issuer: 'https://other.example' })),
  ...['response_types_supported', 'grant_types_supported', 'code_challenge_methods_supported', 'token_endpoint_auth_methods_supported', 'scopes_supported', 'dpop_signing_alg_values_supported', 'token_endpoint',
    'pushed_authorization_request_endpoint', 'require_pushed_authorization_requests', 'authorization_response_iss_parameter_supported', 'client_id_metadata_document_supported'].map((name) => (
    json(`the metadata has no ${name}`, 'oauth.server Metadata', '/oauth-authorization-server', (body) => ({ ...body, [name]: undefined }))
  )),
  answers('the metadata may not be read by other pages', 'oauth.cors AllowOrigin', '/oauth-authorization-server', ({ headers }) => forget(headers, CORS)),
];

/** What can be wrong with answers that are text. */
export const ANSWER_FAULTS: readonly Fault[] = [...SERVER, ...IDENTITY, ...RECORDS, ...LISTS, ...REPOSITORY, ...BLOBS, ...OAUTH];
