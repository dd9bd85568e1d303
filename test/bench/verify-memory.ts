// A process of its own that verifies one file and says how far its memory rose: `verify-memory.ts <peer> <file>`.
import { readFileSync } from 'node:fs';
import { peerNamed } from './peers.ts';

const [name, path] = process.argv.slice(2);
const peer = peerNamed(name!);
(globalThis as { gc?: () => void }).gc?.();
const before = process.memoryUsage.rss();
const records = await peer.verifyFile!(path!);
console.log(JSON.stringify({ records, megabytes: (peakBytes() - before) / 1e6 }));

/** The most that this process ever had. What Linux says of a process includes its parent; of its memory it does not. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? NaN) * 1024;
}
