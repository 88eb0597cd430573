import { z } from 'zod';

/**
 * What the schemas of a session file are made of. They name every field of a type, optional ones too, so that
 * a field that is added later is a type error until the file knows it.
 */

/** Longest text of a person's own: a name of a level or a column. */
const MOST_LETTERS = 10_000;
/** Most entries of a list of plain values; longer ones are typed arrays. */
export const MOST_ENTRIES = 1_000_000;

/** Any number: losses may be NaN or infinite. */
export const real = z.custom<number>((value) => typeof value === 'number', 'must be a number');
/** The same, or nothing. */
export const maybe = real.nullable();
export const count = z.int().min(0);
/** Of a method, which a later version may have more of. */
export const methodId = z.string().min(1).max(100);
export const text = z.string().max(MOST_LETTERS);
export const list = <T extends z.ZodType>(of: T, most = MOST_ENTRIES) => z.array(of).max(most);

export const floats = z.instanceof(Float32Array<ArrayBuffer>, { error: 'must be numbers in single precision' });
export const doubles = z.instanceof(Float64Array<ArrayBuffer>, { error: 'must be numbers in double precision' });
export const unsigned = z.instanceof(Uint32Array<ArrayBuffer>, { error: 'must be whole numbers' });
export const signed = z.instanceof(Int32Array<ArrayBuffer>, { error: 'must be whole numbers' });

type Shape<T> = { [Key in keyof Required<T>]: z.ZodType };

/**
 * An object with the fields of a type. What else the file has there is left out: a run's own objects carry
 * more than their types say, and what nobody has looked at is given to nobody.
 */
export const whole =
  <T>() =>
  <S extends Shape<T>>(shape: S) =>
    z.object(shape);

/** Refuses an object where lists that belong together differ in length. */
export const alike = (...lengths: (number | undefined)[]): boolean => new Set(lengths.filter((length) => length !== undefined)).size < 2;
