// What the jobs worker answers stands twice, since neither of the two rooms may see the other (ARCHITECTURE.md): as it makes it, and as
// pages take it. Nothing here runs; the compiler holds the one to the other, and what pages ask to what the worker takes.
import type { BegunReport } from '../../src/jobs/begin-again.ts';
import type { CheckResult, MendResult } from '../../src/jobs/check/finding.ts';
import type { CompactResult } from '../../src/jobs/compact.ts';
import type { CompareResult } from '../../src/jobs/compare/compare.ts';
import type { FoundKits } from '../../src/jobs/keys/find-kit.ts';
import type { HandleCheck, IdentityReport, NamesCheck, WebCheck } from '../../src/jobs/identity/report.ts';
import type { KeyUseReport, MirrorKitReport, PasskeyReport } from '../../src/jobs/keys/report.ts';
import type { BeginAgainAsk, FindKitAsk, JobProgress, KitAnswer, KitCall, KitOpening, LongJob, NewKitAsk } from '../../src/jobs/messages.ts';
import type { RestoreResult } from '../../src/jobs/restore.ts';
import type { SaveResult } from '../../src/jobs/save.ts';
import type { VerifyResult } from '../../src/jobs/verify.ts';
import type { RenewedKit } from '../../src/pds/index.ts';
import type * as pages from '../../src/ui/jobs/index.ts';
import type { beginAgain, BegunAgain } from '../../src/ui/jobs/begin-again.ts';
import type * as found from '../../src/ui/jobs/find-kit.ts';
import type * as identity from '../../src/ui/jobs/identity-types.ts';
import type * as keys from '../../src/ui/jobs/key-types.ts';
import type * as kit from '../../src/ui/jobs/kit.ts';
import type * as newKit from '../../src/ui/jobs/new-kit.ts';

/** Fails to compile unless each of the first may be taken for the second, and has no field of which the second knows nothing: an optional one of another name would be none. */
type Holds<Pairs extends readonly (readonly [made: unknown, taken: unknown])[]> = {
  [Place in keyof Pairs]: Pairs[Place] extends readonly [infer Made, infer Taken]
    ? [Made] extends [Taken] ? [Exclude<NamesIn<Made>, NamesIn<Taken>>] extends [never] ? true : [Exclude<NamesIn<Made>, NamesIn<Taken>>, 'is unknown to', Taken] : [Made, 'is not', Taken]
    : never;
};

/** Of fields, at any depth. */
type NamesIn<Type> = Type extends Blob | FileSystemHandle | MessagePort | Uint8Array | string ? never
  : Type extends readonly (infer Each)[] ? NamesIn<Each>
    : Type extends object ? { [Name in keyof Type]-?: string extends Name ? never : Name | NamesIn<Type[Name]> }[keyof Type] : never;

type AllTrue<Outcomes extends readonly true[]> = Outcomes;

export type Answers = AllTrue<Holds<[
  [RestoreResult, pages.RestoreResult], [SaveResult, pages.SaveResult], [VerifyResult, pages.VerifyResult], [CompareResult, pages.CompareResult],
  [CompactResult, pages.CompactResult], [CheckResult, pages.CheckResult], [MendResult, pages.MendResult], [JobProgress, pages.JobProgress],
  [IdentityReport, identity.IdentityReport], [HandleCheck, identity.HandleCheck], [NamesCheck, identity.NamesCheck], [WebCheck, identity.WebCheck],
  [KeyUseReport, keys.KeyUse], [PasskeyReport, keys.KitKeeping], [MirrorKitReport, keys.MirrorKits], [FoundKits, found.FoundKits], [RenewedKit, newKit.RenewedKit], [KitAnswer, kit.KitAnswer], [BegunReport, BegunAgain],
]>>;

type Asked<Start extends (given: never) => unknown, Job extends LongJob['job']> = [
  Parameters<Start>[0] & { readonly job: Job; readonly id: string }, Extract<LongJob, { readonly job: Job }>,
];

export type Asks = AllTrue<Holds<[
  Asked<typeof pages.startRestore, 'restore'>, Asked<typeof pages.startSave, 'save'>, Asked<typeof pages.startVerify, 'verify'>,
  Asked<typeof pages.startCompare, 'compare'>, Asked<typeof pages.startUnpack, 'unpack'>, Asked<typeof pages.startCompaction, 'compact'>,
  Asked<typeof pages.startMend, 'mend'>, Asked<typeof pages.startRescue, 'rescue'>,
  [kit.KitCall, KitCall], [keys.KitOpening, KitOpening], [Parameters<typeof newKit.renewKit>[0], NewKitAsk], [Parameters<typeof beginAgain>[0], BeginAgainAsk], [Parameters<typeof found.findKit>[0], FindKitAsk],
]>>;
