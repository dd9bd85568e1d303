// The relay as a process of its own: HOLDFAST_RELAY_PORT, HOLDFAST_DATA_DIR, HOLDFAST_PLC_URL.
import { join } from 'node:path';
import { startRelay } from './relay/start-relay.ts';
import { portSetting, run, setting } from './run.ts';

await run('relay', 'HOLDFAST_RELAY_PORT', () => startRelay({
  port: portSetting('HOLDFAST_RELAY_PORT', 2584),
  file: join(setting('HOLDFAST_DATA_DIR', '.holdfast'), 'relay.sqlite'),
  directoryUrl: setting('HOLDFAST_PLC_URL', 'http://localhost:2582'),
  log: (line) => console.log(line),
}));
