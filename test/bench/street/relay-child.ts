// The relay as the bench starts it: `node relay-child.ts <file> <directory>`.
import { startRelay } from '../../../src/street/index.ts';

const [file, directoryUrl] = process.argv.slice(2) as [string, string];
const relay = await startRelay({ port: 0, file, directoryUrl, log: () => undefined });
process.once('SIGTERM', () => void relay.close().then(() => process.exit(0)));
process.once('disconnect', () => process.exit(0));
console.log(JSON.stringify({ url: relay.url }));
