/** Largest message either way. Pictures go in chunks: one 4 MB message of empty submessages costs 368 MB of heap. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
