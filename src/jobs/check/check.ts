import { examining } from './examine.ts';
import type { CheckContext } from './examine.ts';
import type { AccountReport, CheckResult, Finding } from './finding.ts';

/**
 * Reads everything that this house has stored, and says what of it is not what was stored. Changes nothing.
 * @throws StoreError where the store cannot be read at all; the reason of the signal
 */
export async function check(context: CheckContext): Promise<CheckResult> {
  const accounts: AccountReport[] = [];
  for (const did of await context.inspection.dids()) accounts.push(await examining(did, context, async ({ report }) => report));
  const journal = await context.inspection.journal();
  const findings: readonly Finding[] = journal.length === 0 ? [] : [{ what: 'journal', cure: 'drop' }];
  return {
    accounts, findings,
    records: accounts.reduce((sum, { records }) => sum + records, 0), bytes: accounts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
