import { lexicons } from '../../../../protocol/index.ts';
import { generatePassphrase, PASSPHRASE_ENTROPY } from '../../../../keys/index.ts';
import { defineMethod } from '../../../xrpc/method.ts';

export const newPassphrase = defineMethod(lexicons.AppHoldfastKitGeneratePassphrase.mainSchema, async () => ({
  passphrase: generatePassphrase(),
  bits: PASSPHRASE_ENTROPY,
}));
