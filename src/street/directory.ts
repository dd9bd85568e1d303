import type { RequestListener } from 'node:http';
import { PlcServer } from '@did-plc/server';
import { listenOnLocalhost } from './listen.ts';
import { SqlitePlcDatabase } from './sqlite-plc-database.ts';

/** A running server of the street. */
export interface StreetServer {
  readonly port: number;
  readonly url: string;
  /** Ends it; what it has acknowledged is durable. */
  close(): Promise<void>;
}

/**
 * Starts a PLC directory on localhost: the server of https://plc.directory over a database in one file.
 * @param options.port 0 for any free one
 * @throws the system's error, such as EADDRINUSE; Error when the file was written by a later version
 */
export async function startDirectory({ port, file }: { readonly port: number; readonly file: string }): Promise<StreetServer> {
  const db = new SqlitePlcDatabase(file);
  try {
    // Its own `start` would listen to the whole network.
    const listening = await listenOnLocalhost(PlcServer.create({ db }).app as RequestListener, port);
    return {
      port: listening.port,
      url: `http://localhost:${listening.port}`,
      async close() {
        await listening.close();
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}
