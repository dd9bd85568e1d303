// The reference PDS on a port of its own, with a PLC directory in memory; the bench talks to it as to any PDS.
import { TestNetworkNoAppView } from '@atproto/dev-env';

const network = await TestNetworkNoAppView.create();
console.log(JSON.stringify({ pds: network.pds.url, directory: network.plc.url }));
// Whoever started it has gone.
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => void network.close().then(() => process.exit(0)));
