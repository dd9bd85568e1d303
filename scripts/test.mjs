// `npm test`: every layer, then one closing line of counts.
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { globSync } from 'node:fs';

let passed = 0;
let failed = 0;
const stream = run({ files: globSync('src/**/*.test.ts'), concurrency: true });
stream.on('test:pass', (event) => { if (event.details.type !== 'suite') passed++; });
stream.on('test:fail', () => { failed++; });
stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () => {
  if (passed === 0) failed++;
  process.exitCode = failed ? 1 : 0;
  setImmediate(() => console.log(`\n${passed} passed, ${failed} failed`));
});
