import { mainSchema as resolveHandle } from '@atcute/atproto/types/identity/resolveHandle';
import { mainSchema as describeServer } from '@atcute/atproto/types/server/describeServer';
import { isDid } from '../../protocol/index.ts';
import type { Handle } from '../../protocol/index.ts';
import { given, must, mustNotBeBusy, NotSeen, shown } from '../check.ts';
import type { Check } from '../check.ts';
import type { Context } from '../context.ts';
import { isLocal, mustRefuse, outputOf } from '../host.ts';
import { askByName } from '../ask-by-name.ts';
import { didOfName } from '../did-of-name.ts';

const HANDLES = 'https://atproto.com/specs/handle';
const RESOLVE = 'com.atproto.identity.resolveHandle';

/** Whose the account is, and that its document and its name lead here. */
export const IDENTITY_CHECKS: readonly Check[] = [
  {
    id: 'identity.document', title: 'The DID document names this server and a key', why: 'https://atproto.com/specs/did#did-documents',
    run: async (context) => {
      const { pds, signingKey } = await context.identity();
      must(pds === context.host.origin, 'PdsEndpoint', `The DID document names the server ${shown(pds)}`);
      must(signingKey !== undefined, 'NoSigningKey', 'The DID document names no key that signs the repository');
      return `${signingKey.algorithm === 'p256' ? 'P-256' : 'K-256'} key`;
    },
  },
  {
    id: 'identity.handle', title: 'The name in the DID document leads back to the DID', why: `${HANDLES}#handle-resolution`,
    run: async (context) => {
      const handle = await handleOf(context);
      must(context.handle === undefined || context.handle === handle, 'OtherHandle', `The DID document names ${handle}, and asked was for ${context.handle ?? ''}`);
      const did = isLocal(context.host.origin) ? await didAtHost(context, handle) : await didOfName(handle);
      must(did === context.did, 'HandleMismatch', `${handle} leads to ${shown(did)}`);
      return handle;
    },
  },
  {
    id: 'identity.well-known', title: 'It answers for names under its own domains', why: `${HANDLES}#https-well-known-method`,
    run: async (context) => {
      const handle = await handleOf(context);
      const { availableUserDomains } = await given('server.describe', context.host.query(describeServer));
      if (!availableUserDomains.some((domain) => handle.endsWith(domain))) throw new NotSeen(`${handle} is not under a domain of this server`);
      const did = await didAtHost(context, handle);
      must(did === context.did, 'HandleMismatch', `atproto-did answers ${shown(did)} for ${handle}`);
      return handle;
    },
  },
  {
    id: 'identity.resolve', title: 'It finds the DID of the name', why: 'https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle',
    run: async (context) => {
      const handle = await handleOf(context);
      const answer = await context.host.get(RESOLVE, { handle });
      if (answer.status === 501) throw new NotSeen('it does not look names up');
      const { did } = outputOf(resolveHandle, answer);
      must(did === context.did, 'HandleMismatch', `resolveHandle answers ${shown(did)} for ${handle}`);
      return handle;
    },
  },
  {
    id: 'identity.resolve-unknown', title: 'A name that nobody has is not found', why: 'https://docs.bsky.app/docs/api/com-atproto-identity-resolve-handle',
    run: async (context) => {
      const { availableUserDomains: [domain] } = await given('server.describe', context.host.query(describeServer));
      const answer = await context.host.get(RESOLVE, { handle: `holdfast-check-nobody${domain ?? '.example.com'}` });
      if (answer.status === 501) throw new NotSeen('it does not look names up');
      return mustRefuse(answer, 'resolveHandle of a name that nobody has', ['HandleNotFound', 'InvalidRequest']);
    },
  },
];

async function handleOf(context: Context): Promise<Handle> {
  const { handle } = await context.account();
  if (handle === undefined) throw new NotSeen('the DID document has no name');
  return handle;
}

/** As a server on its own machine is asked, where the name is none of the DNS. */
async function didAtHost({ host }: Context, handle: Handle): Promise<string | undefined> {
  const { status, text } = await askByName(host.origin, handle, '/.well-known/atproto-did');
  mustNotBeBusy(status);
  must(status === 200, 'Status', `atproto-did for ${handle} was answered with ${status}`);
  must(isDid(text.trim()), 'HandleMismatch', `atproto-did for ${handle} is no DID: ${shown(text)}`);
  return text.trim();
}
