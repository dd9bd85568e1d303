// What direct connections need of this machine.
import { networkInterfaces } from 'node:os';

/** @returns {Promise<{ path: string } | { reason: string }>} the optional package by which Node has peer connections */
export async function findWebRtc() {
  try {
    await import('node-datachannel/polyfill');
    return { path: 'node-datachannel' };
  } catch {
    return { reason: 'the optional package node-datachannel is not installed here, or does not load' };
  }
}

/** @returns {Promise<{ path: string } | { reason: string }>} the package, and a network that browsers use for direct connections */
export async function findDirectNetwork() {
  const names = Object.entries(networkInterfaces()).filter(([, addresses]) => addresses?.some(({ internal }) => !internal)).map(([name]) => name);
  if (names.length === 0) return { reason: 'this machine has no network interface beside loopback' };
  return findWebRtc();
}
