import { capabilityOf, controller, forgetCapability } from './control.ts';
import { HouseError } from './house-error.ts';
import { unpaused } from './pause.ts';
import type { ProcedureInput, ProcedureName, ProcedureOutput, QueryName, QueryOutput, QueryParams } from '../../protocol/index.ts';

export interface PostOptions {
  /** Names the wish: the same id twice is carried out once. A new one by default. */
  readonly requestId?: string;
  readonly signal?: AbortSignal;
}

/** A blob as records name it. */
export interface UploadedBlob {
  readonly $type: 'blob';
  readonly ref: { readonly $link: string };
  readonly mimeType: string;
  readonly size: number;
}

/** The only way from the pages to the server of the house: its XRPC methods, typed by their lexicons. */
export const house = {
  /** Asks. @throws HouseError */
  async get<Name extends QueryName>(nsid: Name, params: QueryParams<Name>, signal?: AbortSignal): Promise<QueryOutput<Name>> {
    const response = await request(`${nsid}${queryOf(params)}`, { ...(signal && { signal }) });
    return (isJson(response) ? response.json() : response) as Promise<QueryOutput<Name>>;
  },

  /** Does. A lost answer may be asked for again with the same request id. @throws HouseError */
  async post<Name extends ProcedureName>(
    nsid: Name, input: ProcedureInput<Name>, { requestId = crypto.randomUUID(), signal }: PostOptions = {},
  ): Promise<ProcedureOutput<Name>> {
    const response = await request(nsid, {
      method: 'POST',
      headers: { 'holdfast-request-id': requestId, ...(input !== undefined && { 'content-type': 'application/json' }) },
      ...(input !== undefined && { body: JSON.stringify(input) }),
      ...(signal && { signal }),
    });
    // A body that nobody reads counts as a request that failed.
    return (isJson(response) ? response.json() : response.text().then(() => undefined)) as Promise<ProcedureOutput<Name>>;
  },

  /** Keeps bytes until a record names them. @throws HouseError PayloadTooLarge */
  async upload(did: string, bytes: Blob | Uint8Array<ArrayBuffer>, mimeType: string): Promise<UploadedBlob> {
    const response = await request('com.atproto.repo.uploadBlob', {
      method: 'POST', body: bytes,
      headers: { 'content-type': mimeType, 'holdfast-account': did, 'holdfast-request-id': crypto.randomUUID() },
    });
    const { blob } = await response.json() as { blob: UploadedBlob };
    return blob;
  },

  /** Gives a CAR to a procedure, and its parameters with it. @throws HouseError */
  async send(nsid: ProcedureName, params: object, car: Blob): Promise<unknown> {
    const response = await request(`${nsid}${queryOf(params)}`, {
      method: 'POST', body: car, headers: { 'content-type': 'application/vnd.ipld.car', 'holdfast-request-id': crypto.randomUUID() },
    });
    return response.json();
  },

  /** A `blob:` address of a blob's bytes; whoever asks revokes it. @throws HouseError BlobNotFound */
  async blobUrl(did: string, cid: string): Promise<string> {
    const response = await request(`com.atproto.sync.getBlob${queryOf({ did, cid })}`, {});
    return URL.createObjectURL(await response.blob());
  },

  /** The response itself, for what is read as a stream. @throws HouseError */
  stream(nsid: string, params: object = {}, signal?: AbortSignal): Promise<Response> {
    return request(`${nsid}${queryOf(params)}`, { ...(signal && { signal }) });
  },
};

const isJson = (response: Response): boolean => (response.headers.get('content-type') ?? '').startsWith('application/json');

function queryOf(params: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** So often is asked when no answer comes. */
const TRIES = 2;

async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await send(path, init);
  if (response.ok) return response;
  const error = await errorOf(response);
  // Another worker answers by now. Nothing was done yet, so it can be asked again.
  if (error.code !== 'CapabilityInvalid') throw error;
  forgetCapability();
  const again = await send(path, init);
  if (again.ok) return again;
  throw await errorOf(again);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    await unpaused();
    const worker = await controller();
    const headers = new Headers(init.headers);
    headers.set('holdfast-capability', await capabilityOf(worker));
    try {
      const response = await fetch(`/xrpc/${path}`, { ...init, headers, cache: 'no-store' });
      // A worker may be stopped when it has given the head of an answer and not its body.
      return isJson(response) ? new Response(await response.text(), response) : response;
    } catch (cause) {
      if (init.signal?.aborted === true) throw cause;
      // A worker that was stopped twice gives no answer, whatever it has done. The request id makes it safe to ask again.
      if (tries === TRIES) throw new HouseError(0, 'Unreachable', 'The house did not answer. What is stored is safe; please try again.', cause);
    }
  }
}

async function errorOf(response: Response): Promise<HouseError> {
  try {
    const { error, message } = await response.json() as { error: string; message: string };
    return new HouseError(response.status, error, message);
  } catch (cause) {
    return new HouseError(response.status, 'Unreachable', 'The house did not answer this. What is stored is safe; please reload.', cause);
  }
}
