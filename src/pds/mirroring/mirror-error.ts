import { XrpcError } from '../xrpc/xrpc-error.ts';

/** What became of a call to a mirror. */
export type MirrorProblem = 'InvalidMirror' | 'MixedContent' | 'MirrorUnreachable' | 'MirrorRefused';

const STATUS: Readonly<Record<MirrorProblem, number>> = { InvalidMirror: 400, MixedContent: 400, MirrorUnreachable: 502, MirrorRefused: 502 };

/** A mirror that is none, gave no answer, or said no. */
export class MirrorError extends XrpcError {
  /** How the mirror itself calls its refusal, where it said no. */
  readonly reason: string | undefined;

  constructor(problem: MirrorProblem, message: string, { reason, cause }: { readonly reason?: string; readonly cause?: unknown } = {}) {
    super(STATUS[problem], problem, message, cause);
    this.reason = reason;
  }
}

/** Refusals that pass by themselves, sooner or later: nothing is to be decided. */
export const PASSING: ReadonlySet<string> = new Set(['IdentityUnknown', 'StorageFull', 'RateLimitExceeded']);

/** Whether the mirror said no, by that name. */
export function isRefusal(error: unknown, reason: string): error is MirrorError {
  return error instanceof MirrorError && error.code === 'MirrorRefused' && error.reason === reason;
}
