import { createServer } from 'node:net';

/** Below those that systems give to who connects: whoever has it and dies finds it free when it comes back. */
export async function portOfItsOwn(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, 'localhost', () => resolve(true));
    });
    server.close();
    if (isFree) return port;
  }
}
