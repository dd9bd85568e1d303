import { createPds, EventFeed, houseDid, KIT_METHODS } from '../pds/index.ts';
import type { Announce, PdsOptions } from '../pds/index.ts';
import type { KitAnswer, KitCall } from './messages.ts';

/** Where these methods run. */
export interface KitHouse extends Pick<PdsOptions, 'store' | 'blobs' | 'jobs' | 'now'> {
  /** The feed is the service worker's, which hears of it. */
  readonly announce: Announce;
  /** As `location.host` has it. */
  readonly host: string;
}

/**
 * Answers a method of the house that seals a kit or opens one, as its server would: in a worker of its own, which ends with the answer,
 * so that private keys are nowhere else (docs/decisions/035). A refusal is an answer too.
 */
export async function answerKitCall({ nsid, input, requestId }: KitCall, { announce, host, ...parts }: KitHouse): Promise<KitAnswer> {
  const feed = Object.assign(new EventFeed(), { announce });
  const pds = createPds({ ...parts, feed, version: '', did: houseDid(host), onError: (error) => console.error('Holdfast:', error) }, KIT_METHODS);
  const headers = { 'content-type': 'application/json', 'holdfast-request-id': requestId };
  const request = new Request(`https://${host}/xrpc/${nsid}`, { method: 'POST', headers, body: JSON.stringify(input) });
  const response = await pds.fetch(request, { kind: 'owner' });
  return { status: response.status, body: await response.json() as KitAnswer['body'] };
}
