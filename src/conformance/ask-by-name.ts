import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Finding } from './check.ts';

const MS = 10_000;
const BYTES = 4_096;

/**
 * Asks a server as if it had been found by another name, which `fetch` cannot.
 * @throws Finding NoAnswer
 */
export function askByName(origin: string, name: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const request = origin.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(new Finding('NoAnswer', `${path} was not answered for ${name}`, {}, cause));
    const asked = request(`${origin}${path}`, { headers: { host: name }, signal: AbortSignal.timeout(MS), agent: false });
    asked.once('error', fail);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('error', fail);
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > BYTES) response.destroy(new Error('too long'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.end();
  });
}
