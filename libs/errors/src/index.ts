export { ERROR_CODES, errorCodeOf, type ErrorCode } from './codes.ts';
export {
  FramesongError,
  type ErrorDetails,
  type ErrorResource,
  type FieldViolation,
  type LocalizedText,
  type Outcome,
} from './framesong-error.ts';
export {
  cancelled,
  deadlineExceeded,
  errorOfSignal,
  invalidArgument,
  invalidField,
  notFound,
  throwIfAborted,
  unavailable,
} from './make.ts';
export {
  INTERNAL_TEXT,
  fromPlainError,
  isPlainError,
  toFramesongError,
  toPlainError,
  type PlainError,
} from './plain-error.ts';
export { storageError, storageFull, systemCode, withStorageErrors } from './storage-errors.ts';
