import { LabFailure } from '../data/failure';

/**
 * The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/), as far as ONNX
 * files need it.
 */

const UTF8 = new TextEncoder();

/** Kinds of fields on the wire. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Collects the bytes of a message. */
export class MessageWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** A whole number; a negative one has ten bytes, as 64-bit integers have. */
  #varint(value: number): void {
    this.#room(10);
    let [low, high] = value >= 0 ? [value, 0] : [value >>> 0, 0xffffffff];
    if (value >= 0) {
      high = Math.floor(value / 2 ** 32);
      low = value >>> 0;
    }
    while (high > 0 || low > 127) {
      this.#bytes[this.#length++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#length++] = low;
  }

  integer(field: number, value: number): this {
    this.#varint(field * 8 + WIRE.varint);
    this.#varint(value);
    return this;
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + WIRE.bytes);
    this.#varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  text(field: number, text: string): this {
    return this.bytes(field, UTF8.encode(text));
  }

  float(field: number, value: number): this {
    this.#varint(field * 8 + WIRE.fixed32);
    this.#room(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  message(field: number, write: (message: MessageWriter) => void): this {
    const inner = new MessageWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** What is wrong with a file that is no model of ours. */
export const damaged = (what: string): LabFailure =>
  new LabFailure('model-damaged', `This is no model file that the lab can read: ${what}.`, 'Choose a model.onnx that the lab has written.');

/** One field of a message: its number, and a whole number, a float or bytes. */
export type Field =
  | { field: number; wire: 0; value: number }
  | { field: number; wire: 5; value: number }
  | { field: number; wire: 1; value: number }
  | { field: number; wire: 2; bytes: Uint8Array };

/** Reads a message field by field; whatever the bytes, it ends or refuses. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A whole number that a double holds exactly; negative where it is a negative 64-bit integer. */
  varint(): number {
    let [low, high] = [0, 0];
    for (let shift = 0; ; shift += 7) {
      if (this.#at >= this.#bytes.length) throw damaged('a number is cut off');
      if (shift > 63) throw damaged('a number is too long');
      const byte = this.#bytes[this.#at++];
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) break;
    }
    const value = (high | 0) * 2 ** 32 + (low >>> 0);
    if (!Number.isSafeInteger(value)) throw damaged('a number is too large');
    return value;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count < 0 || count > this.#bytes.length - at) throw damaged('it is cut off');
    this.#at += count;
    return at;
  }

  next(): Field {
    const key = this.varint();
    const field = Math.floor(key / 8);
    if (field < 1 || field > 2 ** 29) throw damaged('a field has no number');
    switch (key % 8) {
      case WIRE.varint:
        return { field, wire: 0, value: this.varint() };
      case WIRE.fixed32:
        return { field, wire: 5, value: this.#view.getFloat32(this.#take(4), true) };
      case WIRE.fixed64:
        return { field, wire: 1, value: this.#view.getFloat64(this.#take(8), true) };
      case WIRE.bytes: {
        const length = this.varint();
        const at = this.#take(length);
        return { field, wire: 2, bytes: this.#bytes.subarray(at, at + length) };
      }
      default:
        throw damaged('a field has an unknown kind');
    }
  }
}
