/**
 * A text cut to so many bytes of UTF-8, with an ellipsis where it was cut, and without lone surrogates: one in a status
 * text ends the process inside grpc-js (`encodeURI` throws).
 */
export function cutText(text: string, maxBytes: number): string {
  // No character is shorter than one byte, so nothing behind this index can stay.
  const whole = text.slice(0, maxBytes + 1).toWellFormed();
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const room = maxBytes - Buffer.byteLength('…');
  const { read } = new TextEncoder().encodeInto(whole, new Uint8Array(room));
  return `${whole.slice(0, read)}…`;
}
