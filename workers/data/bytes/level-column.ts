import type { RawColumn, TableColumn } from '../table';
import type { Utf8Texts } from './utf8-texts';

/**
 * A column of levels whose texts stay bytes: `texts` and `dictionary` are made strings when they are asked
 * for.
 */
export function levelColumn(
  name: string,
  { codes, numbers, counts, missing, plain, category }: Omit<RawColumn, 'name' | 'texts' | 'utf8'>,
  utf8: Utf8Texts,
): RawColumn & TableColumn {
  let textLevels = -1;
  return {
    name,
    codes,
    numbers,
    counts,
    missing,
    ...(plain && { plain }),
    ...(category && { category }),
    utf8,
    get texts() {
      return utf8.all;
    },
    get dictionary() {
      return utf8.all;
    },
    get textLevels() {
      if (textLevels < 0) {
        textLevels = 0;
        for (let code = 0; code < numbers.length; code++) if (Number.isNaN(numbers[code])) textLevels++;
      }
      return textLevels;
    },
  };
}
