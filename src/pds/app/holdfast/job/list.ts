import { lexicons } from '../../../../protocol/index.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const listJobs = defineMethod(lexicons.AppHoldfastJobList.mainSchema, async ({ house }) => {
  await house.jobs.prune();
  return { jobs: await house.jobs.list() };
});
