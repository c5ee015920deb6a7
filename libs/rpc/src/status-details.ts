import {
  BadRequest,
  ErrorInfo,
  LocalizedMessage,
  PreconditionFailure,
  ResourceInfo,
  RetryInfo,
} from '@framesong/contracts/google/rpc/error_details';
import { durationOfMs, msOfDuration } from './durations.ts';
import { cutText } from './text.ts';
import type { Any } from '@framesong/contracts/google/protobuf/any';
import type { ErrorResource, FieldViolation, FramesongError, LocalizedText, Outcome } from '@framesong/errors';

const TYPE = 'type.googleapis.com/google.rpc.';
const DOMAIN = 'framesong';
const MAX_VALUE_BYTES = 256;
const MAX_TEXT_BYTES = 1024;
const MAX_METADATA_ENTRIES = 16;
const OUTCOMES: readonly string[] = ['not_sent', 'rejected', 'sent_unknown', 'billed'] satisfies Outcome[];

/**
 * The details of an error by google/rpc/error_details.proto: ErrorInfo always; BadRequest, RetryInfo, ResourceInfo,
 * LocalizedMessage and PreconditionFailure where they apply. At most `maxViolations` faulty fields are listed, and long values are cut.
 */
export function packDetails(error: FramesongError, maxViolations: number): Any[] {
  const facts = Object.entries(error.metadata).slice(0, MAX_METADATA_ENTRIES);
  const metadata = new Map(facts.map(([key, value]) => [cut(key), cut(value)]));
  if (error.outcome) metadata.set('outcome', error.outcome);
  const details = [any('ErrorInfo', ErrorInfo.encode({ reason: cut(error.reason), domain: DOMAIN, metadata }))];
  const violations = error.violations.slice(0, maxViolations);
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, description }) => ({
      field: cut(field),
      description: cut(description),
      reason: '',
      localizedMessage: undefined,
    }));
    details.push(any('BadRequest', BadRequest.encode({ fieldViolations })));
  }
  if (error.retryAfterMs !== undefined && !Number.isNaN(error.retryAfterMs)) {
    details.push(any('RetryInfo', RetryInfo.encode({ retryDelay: durationOfMs(error.retryAfterMs) })));
  }
  if (error.resource) {
    const { type, name } = error.resource;
    const resource = { resourceType: cut(type), resourceName: cut(name), owner: '', description: '' };
    details.push(any('ResourceInfo', ResourceInfo.encode(resource)));
  }
  if (error.localized) {
    const { locale, message } = error.localized;
    details.push(
      any('LocalizedMessage', LocalizedMessage.encode({ locale, message: cutText(message, MAX_TEXT_BYTES) })),
    );
  }
  if (error.code === 'FAILED_PRECONDITION') {
    const violation = {
      type: cut(error.reason),
      subject: cut(error.resource?.name ?? ''),
      description: cut(error.message),
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
  outcome?: Outcome;
  retryAfterMs?: number;
  resource?: ErrorResource;
  localized?: LocalizedText;
}

/** Reads the details that {@link packDetails} wrote, or those of another server; unknown ones are passed over. */
export function unpackDetails(details: readonly Any[]): DetailFacts {
  const facts: DetailFacts = { reason: 'UNSPECIFIED', metadata: {}, violations: [] };
  for (const { typeUrl, value } of details) {
    switch (typeUrl.slice(typeUrl.lastIndexOf('/') + 1)) {
      case 'google.rpc.ErrorInfo': {
        const info = ErrorInfo.decode(value);
        const { outcome, ...metadata } = Object.fromEntries(info.metadata);
        facts.reason = info.reason;
        facts.metadata = metadata;
        if (isOutcome(outcome)) facts.outcome = outcome;
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
      case 'google.rpc.LocalizedMessage': {
        const { locale, message } = LocalizedMessage.decode(value);
        facts.localized = { locale, message };
        break;
      }
    }
  }
  return facts;
}

function any(name: string, encoded: { finish(): Uint8Array }): Any {
  return { typeUrl: `${TYPE}${name}`, value: Buffer.from(encoded.finish()) };
}

function cut(text: string): string {
  return cutText(text, MAX_VALUE_BYTES);
}

function isOutcome(text: string | undefined): text is Outcome {
  return text !== undefined && OUTCOMES.includes(text);
}
