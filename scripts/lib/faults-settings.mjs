// How much tests that hurt a house are to do (docs/faults.md).

/** Every point; else a sample. */
export const isAll = process.env.HOLDFAST_FAULTS !== undefined;

/** Drawn for this run; a run that failed is repeated with HOLDFAST_FAULTS_SEED. */
export const seed = Number(process.env.HOLDFAST_FAULTS_SEED ?? Math.floor(Math.random() * 1_000_000));

/** HOLDFAST_FAULTS_OF: some faults only, as `operation`, `operation, kind` or `operation, kind, point`, with `;` between them. */
export const wanted = process.env.HOLDFAST_FAULTS_OF?.split(';').map((text) => {
  const [operation, kind, at] = text.split(',').map((word) => word.trim());
  return { operation, kind, at: at && Number(at) };
});
