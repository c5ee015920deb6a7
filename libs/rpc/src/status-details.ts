import {
  BadRequest,
  ErrorInfo,
  PreconditionFailure,
  ResourceInfo,
  RetryInfo,
} from '@framesong/contracts/google/rpc/error_details';
import { durationOfMs, msOfDuration } from './durations.ts';
import type { Any } from '@framesong/contracts/google/protobuf/any';
import type { ErrorResource, FieldViolation, FramesongError } from '@framesong/errors';

const TYPE = 'type.googleapis.com/google.rpc.';
const DOMAIN = 'framesong';

/**
 * The details of an error by google/rpc/error_details.proto: ErrorInfo always; BadRequest, RetryInfo, ResourceInfo and
 * PreconditionFailure where they apply. At most `maxViolations` faulty fields are listed.
 */
export function packDetails(error: FramesongError, maxViolations: number): Any[] {
  const metadata = { ...error.metadata, ...(error.outcome && { outcome: error.outcome }) };
  const details = [
    any(
      'ErrorInfo',
      ErrorInfo.encode({ reason: error.reason, domain: DOMAIN, metadata: new Map(Object.entries(metadata)) }),
    ),
  ];
  if (error.violations.length > 0 && maxViolations > 0) {
    const fieldViolations = error.violations.slice(0, maxViolations).map(({ field, description }) => ({
      field: field.toWellFormed(),
      description: description.toWellFormed(),
      reason: '',
      localizedMessage: undefined,
    }));
    details.push(any('BadRequest', BadRequest.encode({ fieldViolations })));
  }
  if (error.retryAfterMs !== undefined) {
    details.push(any('RetryInfo', RetryInfo.encode({ retryDelay: durationOfMs(error.retryAfterMs) })));
  }
  if (error.resource) {
    const { type, name } = error.resource;
    const resource = { resourceType: type, resourceName: name.toWellFormed(), owner: '', description: '' };
    details.push(any('ResourceInfo', ResourceInfo.encode(resource)));
  }
  if (error.code === 'FAILED_PRECONDITION') {
    const violation = {
      type: error.reason,
      subject: error.resource?.name ?? '',
      description: error.message.slice(0, 300),
    };
    details.push(any('PreconditionFailure', PreconditionFailure.encode({ violations: [violation] })));
  }
  return details;
}

/** What {@link unpackDetails} finds. */
export interface DetailFacts {
  reason: string;
  metadata: Record<string, string>;
  violations: FieldViolation[];
  retryAfterMs?: number;
  resource?: ErrorResource;
}

/** Reads the details that {@link packDetails} wrote, or those of another server; unknown ones are passed over. */
export function unpackDetails(details: readonly Any[]): DetailFacts {
  const facts: DetailFacts = { reason: 'UNSPECIFIED', metadata: {}, violations: [] };
  for (const { typeUrl, value } of details) {
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case 'google.rpc.ErrorInfo': {
        const info = ErrorInfo.decode(value);
        facts.reason = info.reason;
        facts.metadata = Object.fromEntries(info.metadata);
        break;
      }
      case 'google.rpc.BadRequest':
        facts.violations = BadRequest.decode(value).fieldViolations.map(({ field, description }) => ({
          field,
          description,
        }));
        break;
      case 'google.rpc.RetryInfo': {
        const retryAfterMs = msOfDuration(RetryInfo.decode(value).retryDelay);
        if (retryAfterMs !== undefined) facts.retryAfterMs = retryAfterMs;
        break;
      }
      case 'google.rpc.ResourceInfo': {
        const { resourceType, resourceName } = ResourceInfo.decode(value);
        facts.resource = { type: resourceType, name: resourceName };
        break;
      }
    }
  }
  return facts;
}

function any(name: string, encoded: { finish(): Uint8Array }): Any {
  return { typeUrl: `${TYPE}${name}`, value: Buffer.from(encoded.finish()) };
}
