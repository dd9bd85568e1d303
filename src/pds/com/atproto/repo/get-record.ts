import { mainSchema } from '@atcute/atproto/types/repo/getRecord';
import { answerFrom, readRecords } from '../../../repositories.ts';
import { defineRead } from '../../../xrpc/method.ts';
import { XrpcError } from '../../../xrpc/xrpc-error.ts';

export const getRecord = defineRead(mainSchema, (call) => {
  const { repo, collection, rkey, cid: wanted } = call.params;
  return answerFrom(call, repo, async ({ account, reader, repository }) => {
    const key = `${collection}/${rkey}`;
    const cid = await repository.tree.get(key);
    // Older versions are not kept as records.
    if (cid === null || (wanted !== undefined && wanted !== cid.toString())) {
      throw new XrpcError(400, 'RecordNotFound', 'There is no such record in the repository.');
    }
    const [value = {}] = await readRecords(reader, [{ key, value: cid }]);
    return { uri: `at://${account.did}/${key}`, cid: cid.toString(), value };
  });
});
