/**
 * Read-only view of one table of a FlatBuffer.
 * Source: the FlatBuffers binary format, https://flatbuffers.dev/internals/
 */
export class FlatTable {
  private readonly view: DataView;
  private readonly start: number;
  private readonly fields: number;
  private readonly fieldsSize: number;

  constructor(view: DataView, start: number) {
    this.view = view;
    this.start = start;
    this.fields = start - view.getInt32(start, true);
    this.fieldsSize = view.getUint16(this.fields, true);
  }

  /** The root table of a buffer. */
  static root(view: DataView): FlatTable {
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** A signed byte: small numbers, enum values and booleans. */
  int8(field: number, absent = 0): number {
    const at = this.offsetOf(field);
    return at === 0 ? absent : this.view.getInt8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.offsetOf(field);
    return at === 0 ? absent : this.view.getInt32(at, true);
  }

  table(field: number): FlatTable | undefined {
    const at = this.offsetOf(field);
    return at === 0 ? undefined : new FlatTable(this.view, at + this.view.getUint32(at, true));
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.vector(field);
    return Array.from({ length }, (_, i) => {
      const at = start + 4 * i;
      return new FlatTable(this.view, at + this.view.getUint32(at, true));
    });
  }

  int32s(field: number): number[] {
    const { start, length } = this.vector(field);
    return Array.from({ length }, (_, i) => this.view.getInt32(start + 4 * i, true));
  }

  /** The bytes of a byte vector, as a view of their own. */
  bytes(field: number): DataView {
    const { start, length } = this.vector(field);
    return new DataView(this.view.buffer, this.view.byteOffset + start, length);
  }

  text(field: number): string {
    const { buffer, byteOffset, byteLength } = this.bytes(field);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, byteLength));
  }

  private offsetOf(field: number): number {
    const slot = 4 + 2 * field;
    if (slot >= this.fieldsSize) return 0;
    const offset = this.view.getUint16(this.fields + slot, true);
    return offset === 0 ? 0 : this.start + offset;
  }

  private vector(field: number): { start: number; length: number } {
    const at = this.offsetOf(field);
    if (at === 0) return { start: 0, length: 0 };
    const start = at + this.view.getUint32(at, true);
    return { start: start + 4, length: this.view.getUint32(start, true) };
  }
}
