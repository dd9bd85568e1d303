// The PLC directory as a process of its own: HOLDFAST_PLC_PORT, HOLDFAST_DATA_DIR.
import { join } from 'node:path';
import { startDirectory } from './directory.ts';
import { portSetting, run, setting } from './run.ts';

await run('directory', 'HOLDFAST_PLC_PORT', () => startDirectory({
  port: portSetting('HOLDFAST_PLC_PORT', 2582),
  file: join(setting('HOLDFAST_DATA_DIR', '.holdfast'), 'directory.sqlite'),
}));
