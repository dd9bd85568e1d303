import type { Capabilities } from './capability.ts';

const CAPABILITY = 'holdfast-capability';

/**
 * Why a request for `/xrpc/*` is turned away, or undefined for one of a page of ours. What the browser itself says of it
 * counts (mode, client); headers are the page's own words. (Requests of other origins do not reach a service worker,
 * except as navigations: a foreign page's form can be sent here.)
 */
export async function refusal(request: Request, clientId: string, capabilities: Capabilities): Promise<Response | undefined> {
  if (request.mode === 'navigate' || request.destination !== '') {
    return refused('Forbidden', 'This address is for the pages of this house, and is not opened. Nothing was changed.');
  }
  const given = request.headers.get(CAPABILITY);
  if (clientId === '' || given === null) return refused('Forbidden', 'Only the pages of this house may ask it. Nothing was changed.');
  if (await capabilities.isOf(clientId, given)) return undefined;
  return refused('CapabilityInvalid', 'The house does not know this page. Nothing was changed.');
}

function refused(error: string, message: string): Response {
  return Response.json({ error, message }, { status: 403, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } });
}
