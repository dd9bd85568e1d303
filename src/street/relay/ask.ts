/** More than any document has that is asked for. */
const MOST_BYTES = 262_144;

/** An answer with JSON in it, or with something else. */
export interface Answer {
  readonly status: number;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

/**
 * GETs a small JSON document, following no redirect.
 * @param ms how long it may take
 * @throws Error when there is no answer in time, or one too large
 */
export async function ask(url: string, ms = 5_000): Promise<Answer> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ms), headers: { accept: 'application/json' } });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the rest.
    if (size > MOST_BYTES) throw new Error(`${new URL(url).origin} answers with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, json: parsed(Buffer.concat(chunks).toString()) };
}

/** A field of a JSON object, undefined where there is none. */
export function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
