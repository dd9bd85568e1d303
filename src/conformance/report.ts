import { GROUPS } from './check.ts';
import type { Group } from './check.ts';
import type { Result } from './run-in-order.ts';

const NAMES: Readonly<Record<Group, string>> = {
  server: 'The server', identity: 'Who the account is', records: 'Records', repository: 'The repository', blobs: 'Blobs', oauth: 'Sign-in of apps',
  firehose: 'The firehose', writing: 'Writing', live: 'What happened meanwhile',
};
const SIGNS = { passed: 'ok', failed: 'WRONG', 'not seen': '-' } as const;

/** A table in words, by group; of what is wrong the reason and where the rule is written. */
export function tableOf(results: readonly Result[]): string {
  const width = Math.max(...results.map(({ title }) => title.length));
  const groups = GROUPS.flatMap((group) => {
    const own = results.filter((result) => result.group === group);
    return own.length === 0 ? [] : [`${NAMES[group]}\n${own.map((result) => rowOf(result, width)).join('\n')}`];
  });
  return `${groups.join('\n\n')}\n\n${summaryOf(results)}`;
}

function rowOf({ id, title, outcome, says, code, why }: Result, width: number): string {
  const row = `  ${SIGNS[outcome].padEnd(6)}${title.padEnd(width)}`;
  return outcome === 'failed' ? `${row.trimEnd()}\n        ${says} (${code ?? ''})\n        ${id}: ${why}` : `${row}  ${says}`;
}

/** `40 passed, 1 failed, 12 not seen`. */
export function summaryOf(results: readonly Result[]): string {
  return (['passed', 'failed', 'not seen'] as const).map((outcome) => `${results.filter((result) => result.outcome === outcome).length} ${outcome}`).join(', ');
}
