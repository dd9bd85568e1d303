import { isHandle, normalizeHandle } from '../protocol/index.ts';
import type { Handle } from '../protocol/index.ts';
import { XrpcError } from '../pds/index.ts';
import type { MirrorSettings } from './settings.ts';

/** Names that a stranger would take for the operator's, or for a part of a server. */
const RESERVED: ReadonlySet<string> = new Set((
  'about abuse account accounts admin administrator api app atproto auth billing blog bsky cdn contact dashboard dev dns docs email '
  + 'example ftp handle help holdfast home host hostmaster house imap info invite legal login mail mirror moderation moderator news noreply '
  + 'oauth official operator owner pds plc pop postmaster privacy relay robots root security server settings signin signup smtp staff '
  + 'status street support system terms test user webmaster well-known wellknown www xrpc'
).split(' '));

const NAME = /^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$/;

/** Whether a handle is one that nobody but this mirror gives. */
export function isUnder(handle: Handle, { handleDomains }: Pick<MirrorSettings, 'handleDomains'>): boolean {
  return handleDomains.some((each) => handle.endsWith(`.${each}`));
}

/**
 * A handle that this mirror may give: one name under one of its domains, and none of the mirror's own.
 * @throws XrpcError UnsupportedDomain, InvalidRequest, HandleNotAvailable
 */
export function allowedHandle(text: string, { handleDomains, hostname, moreHostnames = [] }: Pick<MirrorSettings, 'handleDomains' | 'hostname' | 'moreHostnames'>): Handle {
  if (!isHandle(text)) throw new XrpcError(400, 'InvalidRequest', 'This is no handle. Nothing was changed.');
  const handle = normalizeHandle(text);
  const domain = handleDomains.find((each) => handle.endsWith(`.${each}`));
  if (domain === undefined) {
    const known = handleDomains.map((each) => `name.${each}`).join(' or ');
    throw new XrpcError(400, 'UnsupportedDomain', `Handles of this mirror look like ${known}. Nothing was changed.`);
  }
  const name = handle.slice(0, -domain.length - 1);
  if (!NAME.test(name)) {
    throw new XrpcError(400, 'InvalidRequest', `The name before .${domain} has 3 to 30 of a to z, 0 to 9 and hyphens inside. Nothing was changed.`);
  }
  if (RESERVED.has(name) || [hostname, ...moreHostnames].includes(handle)) {
    throw new XrpcError(400, 'HandleNotAvailable', 'This name is kept for the operator. Please choose another; nothing was changed.');
  }
  return handle;
}
