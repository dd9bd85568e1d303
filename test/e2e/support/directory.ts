import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { startDirectory } from '../../../src/street/index.ts';

/** What an entry of a log is, as far as tests change it. */
export interface LogEntry {
  readonly cid: string;
  readonly createdAt: string;
  readonly nullified: boolean;
  readonly operation: Readonly<Record<string, unknown>>;
}

/** The directory of the street, behind an address that can be made to misbehave. */
export interface BadDirectory {
  /** What houses and mirrors are told. */
  readonly url: string;
  /** Says the truth, whatever the other does. */
  readonly honest: string;
  /** How it misbehaves towards pages: it is down; or what it makes of the logs that it is asked for, and when. */
  conduct: 'honest' | 'down' | ((log: readonly LogEntry[]) => unknown);
  /** Whether mirrors that ask for a log are turned away, so that none watches, or told the truth, whatever pages are told. */
  mirrors: 'refused' | 'honest';
  /** Logs that pages have asked for. */
  readonly asked: string[];
  /** Logs that mirrors have asked for. */
  readonly watched: string[];
  stop(): Promise<void>;
}

/** Starts one on free ports, over an empty database. */
export async function startBadDirectory(): Promise<BadDirectory> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-directory-'));
  const honest = await startDirectory({ port: 0, file: join(folder, 'directory.sqlite') });
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/';
      const isLog = path.endsWith('/log/audit');
      // Only pages say where they come from.
      const isMirror = request.headers.origin === undefined;
      if (isLog) (isMirror ? directory.watched : directory.asked).push(path);
      if (isMirror ? isLog && directory.mirrors === 'refused' : directory.conduct === 'down') return request.socket.destroy();
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = 'GET', headers } = request;
      const answer = await fetch(`${honest.url}${path}`, {
        method, headers: { 'content-type': headers['content-type'] ?? 'application/json' },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      const lie = isLog && !isMirror && answer.status === 200 && typeof directory.conduct === 'function' ? directory.conduct : undefined;
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
        'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': '*',
      });
      response.end(lie === undefined ? text : JSON.stringify(await lie(JSON.parse(text) as LogEntry[])));
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const directory: BadDirectory = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    honest: honest.url,
    conduct: 'honest',
    mirrors: 'refused',
    asked: [],
    watched: [],
    async stop() {
      server.closeAllConnections();
      server.close();
      await honest.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return directory;
}
