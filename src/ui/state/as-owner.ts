import { problemOf } from '../components/hf-error.ts';

/**
 * Does something that the owner may want to be asked about again. Where they do, kit or passkey is asked for in a dialog, and it is done
 * then. Rejects as `work` does; with its refusal where the owner does not go on.
 */
export async function asOwner<Result>(did: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (problemOf(error).code !== 'ConfirmationNeeded') throw error;
    // Few have asked for it.
    const { askOwner } = await import('../components/owner-dialog.ts');
    if (!await askOwner(did)) throw error;
    return work();
  }
}
