export { readSettings, UsageError } from './settings.ts';
export type { Settings } from './settings.ts';
export { summaryOf, tableOf } from './report.ts';
export { CHECKS, runChecks } from './run.ts';
export type { RunOptions } from './run.ts';
export type { Result } from './run-in-order.ts';
