import { setFlagsFromString } from 'node:v8';

/**
 * Has this process collect garbage by how much of all memory is in use. By itself V8 also looks through its whole heap whenever 64 MB of
 * arrays were made, however short they lived: with pages of the firehose that is several times a second, and takes more than reading them.
 * To be called before anything else runs.
 */
export function collectByNeed(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
