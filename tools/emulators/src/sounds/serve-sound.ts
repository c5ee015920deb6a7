import type { EmulatedAnswer, EmulatedRequest } from '../emulated-provider.ts';
import { refused } from '../requests/request-refused.ts';

/** Serves a sound from its URL, with an ETag and ranges as storage does. */
