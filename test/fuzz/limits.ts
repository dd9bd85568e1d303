/** No input is longer, in bytes: larger ones find nothing that these do not, and take longer. */
export const MAX_INPUT_BYTES = 65_536;

/** How far the memory of the process may rise for one input, in bytes. */
export const MAX_RISE_BYTES = 128_000_000;

/** Seconds of a processor that one input may take. */
export const HANG_SECONDS = 2;
