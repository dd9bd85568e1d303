export { tableOf } from './report.ts';
export { CHECKS, runChecks } from './run.ts';
export type { Result } from './run-in-order.ts';
