import { lexicons } from '../../../../protocol/index.ts';
import { defineOperatorMethod } from '../../../operator/operator-method.ts';
import { mirrorView } from '../../../operator/views.ts';

export const describeOperated = defineOperatorMethod(lexicons.AppHoldfastOperatorDescribe.mainSchema, ({ host }) => mirrorView(host));
