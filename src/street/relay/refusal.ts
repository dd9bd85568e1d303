import { HoldfastError } from '../../protocol/index.ts';

/** Why a relay does not do what it is asked, or does not pass on what it is told. What RepoError names keeps its name. */
export type RefusalCode =
  | 'InvalidHostname' | 'HostNotFound' | 'UnknownIdentity' | 'WrongHost' | 'NoSigningKey' | 'MessageForm' | 'SeqOrder' | 'Fork' | 'Rollback'
  | 'AccountInactive' | 'RepositoryUnavailable' | 'RepositoryBehind' | (string & {});

/** An event, or a request, that is not taken. `details.did` names the account where there is one. */
export class Refusal extends HoldfastError<RefusalCode> {}

/** What cannot be judged now, such as when the directory does not answer: it is tried again, and nothing is skipped. */
export class NotNow extends HoldfastError<'NotNow'> {
  constructor(message: string, cause?: unknown) {
    super('NotNow', message, {}, cause);
  }
}
