// What direct connections need of this machine.
/** @returns {Promise<{ path: string } | { reason: string }>} the optional package by which Node has peer connections */
export async function findWebRtc() {
  try {
    await import('node-datachannel/polyfill');
    return { path: 'node-datachannel' };
  } catch {
    return { reason: 'the optional package node-datachannel is not installed here, or does not load' };
  }
}
