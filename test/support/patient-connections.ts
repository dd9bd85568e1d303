import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/** On a busy machine a quarter of a second is too short to reach either address of localhost. */
export function connectPatiently(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(5_000);
}
