// A module of its own, so that what loads it later takes one of the package's many hash functions along, not all.
export { createSHA256 } from 'hash-wasm';
