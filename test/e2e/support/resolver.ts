import { createServer } from 'node:http';
import { after } from 'node:test';
import type { AddressInfo } from 'node:net';

/** Name servers of this machine, asked by DNS over HTTPS: TXT records by name. */
export interface NameServers {
  readonly records: Map<string, string>;
  /** Starts them. @returns what `npm start` is given, so that its pages ask them */
  start(): Promise<Record<string, string>>;
}

/** Name servers that are there while the tests of a file run. */
export function nameServers(): NameServers {
  const records = new Map<string, string>();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').searchParams.get('name') ?? '';
    const data = records.get(name);
    response.writeHead(200, { 'content-type': 'application/dns-json', 'access-control-allow-origin': '*' });
    response.end(JSON.stringify(data === undefined ? { Status: 3 } : { Status: 0, Answer: [{ name, type: 16, data: JSON.stringify(data) }] }));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    records,
    async start() {
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      return { HOLDFAST_RESOLVER_URL: `http://localhost:${(server.address() as AddressInfo).port}/dns-query` };
    },
  };
}
