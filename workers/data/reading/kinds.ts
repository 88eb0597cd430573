/**
 * What a file is by its first bytes, where that is no text table; null where it may be one. After
 * decompression, so that an .rds is told from a .csv.gz.
 */
export function kindOf(bytes: Uint8Array): string | null {
  const begins = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  const says = (text: string) => begins(...[...text].map((character) => character.charCodeAt(0)));
  if (says('PAR1')) return 'it is a Parquet file';
  if (says('ARROW1') || says('FEA1')) return 'it is an Arrow or Feather file, of which Parquet is the kind that opens here';
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return 'it is an Excel workbook of the old kind (.xls), or one with a password';
  if (begins(0x89, 0x48, 0x44, 0x46)) return 'it is an HDF5 file';
  if (says('SQLite format 3')) return 'it is an SQLite database';
  if (says('RDX') || says('RDA') || says('RDB') || says('X\n\0') || says('A\n2\n') || says('A\n3\n'))
    return 'it is a file of R objects (.rds, .RData)';
  if (says('<stata_dta>')) return 'it is a Stata file';
  if (says('$FL2') || says('$FL3')) return 'it is an SPSS file';
  if (says('%PDF')) return 'it is a PDF';
  if (begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8, 0xff)) return 'it is a picture';
  if (begins(0x80, 0x03) || begins(0x80, 0x04, 0x95) || begins(0x80, 0x05, 0x95)) return 'it is a Python pickle';
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return 'it is compressed with Zstandard';
  if (says('BZh')) return 'it is compressed with bzip2';
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'it is compressed with xz';
  const text = String.fromCharCode(...bytes.subarray(0, 64)).trimStart();
  if (/^<(!doctype html|html)/i.test(text)) return 'it is a web page';
  if (/^(ï»¿)?<\?xml/i.test(text)) return 'it is XML';
  return null;
}

/** Encodings that a text table can be in. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * The encoding by a byte order mark, or by every other byte being zero as in UTF-16 of western scripts; else
 * UTF-8.
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 1000);
  const pairs = sample.length >> 1;
  if (pairs < 8) return 'utf-8';
  const zeros = [0, 0];
  for (let i = 0; i < 2 * pairs; i++) if (sample[i] === 0) zeros[i & 1]++;
  if (zeros[1] > 0.7 * pairs && zeros[0] < 0.1 * pairs) return 'utf-16le';
  if (zeros[0] > 0.7 * pairs && zeros[1] < 0.1 * pairs) return 'utf-16be';
  return 'utf-8';
}

/**
 * Characters of the bytes 0x80 to 0x9F in Windows-1252; those that it leaves undefined stay control
 * characters.
 */
const UPPER =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/**
 * A text that was decoded as Windows-1252. Some versions of Node decode it as Latin-1, which differs in these
 * 32 bytes.
 */
export const windows1252 = (text: string): string => text.replace(/[\u0080-\u009f]/g, (character) => UPPER[character.charCodeAt(0) - 0x80]);
