import { defineHostMethod } from '../../../../pds/index.ts';
import { lexicons } from '../../../../protocol/index.ts';
import type { OperatorHost } from '../../../operator/operator-host.ts';
import { mirrorView } from '../../../operator/views.ts';

export const describeOperated = defineHostMethod<OperatorHost>()(lexicons.AppHoldfastOperatorDescribe.mainSchema, ({ host }) => mirrorView(host));
