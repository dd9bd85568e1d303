export { documentOf, plcDataOf, readDidDocument } from './did-document.ts';
export type { AtprotoIdentity, DidDocument } from './did-document.ts';
export { DidDocumentError, PlcError } from './errors.ts';
export type { DidDocumentFault, PlcFault } from './errors.ts';
export { handleByDns, handleByFile } from './handle-proof.ts';
export type { HandleProof } from './handle-proof.ts';
export { limitedFetch, NetworkError, streamedFetch } from './limited-fetch.ts';
export type { Answer, CallLimits, Fetch, NetworkFault } from './limited-fetch.ts';
export { plcChanges } from './plc-change.ts';
export type { PlcChange } from './plc-change.ts';
export { compareWithOwn } from './plc-comparison.ts';
export type { PlcComparison, PlcUndo } from './plc-comparison.ts';
export { checkPlcData, PLC_LIMITS } from './plc-data.ts';
export type { PlcData, PlcService } from './plc-data.ts';
export { plcNames, withFurtherNames, withHandle } from './plc-names.ts';
export { DirectoryError, PlcDirectory } from './plc-directory.ts';
export type { DirectoryFault } from './plc-directory.ts';
export { PLC_LOG_LIMITS, RECOVERY_WINDOW, verifyPlcLog } from './plc-log.ts';
export type { PlcLog, PlcLogEntry } from './plc-log.ts';
export { readOperation } from './plc-operation-form.ts';
export { dataOf, genesisDid, operationCid, operationOf, signedBytes, unsignedBytes } from './plc-operation.ts';
export type {
  AnyPlcOperation, PlcCreate, PlcOperation, PlcTombstone, UnsignedCreate, UnsignedOperation, UnsignedTombstone,
} from './plc-operation.ts';
export { MAX_SIGNED_BYTES, signOperation } from './plc-signature.ts';
export { checkWebDocument, documentAddress, webAddress, webDid, webIdentity } from './web-document.ts';
export type { WebExpectation, WebFinding } from './web-document.ts';
