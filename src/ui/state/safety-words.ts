import { HouseError } from '../house/house-error.ts';
import { JobFailure } from '../jobs/job-types.ts';

/** What workers and the house say first of the data's safety; the pages say it in the reader's language, above the message. */
const SAFETY = /^(?:Nothing in this house was changed|Your data in this house is as it was, and no file was kept|Your (?:data|records) (?:here )?(?:is|are) safe(?: here| in this browser)?)\. /;

/** A text without its first word on safety, where the page says that itself. */
export const afterSafety = (text: string): string => text.replace(SAFETY, '');

/** What failed without its first word on safety, for `hf-error`, which says that itself. */
export function withoutSafety(error: unknown): unknown {
  if (error instanceof HouseError) return new HouseError(error.status, error.code, afterSafety(error.message), error.cause);
  return error instanceof JobFailure ? new JobFailure(error.code, afterSafety(error.message)) : error;
}
