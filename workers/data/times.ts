/** Times in text: dates that can be read one way only, as days since 1970, and clock times with them. */

const ISO = /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const DAY_FIRST_OR_MONTH = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?$/;
const QUARTER = /^(\d{4})[- ]?Q([1-4])$/i;

function days(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const at = Date.UTC(year, month - 1, day);
  const back = new Date(at);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 24 || minute > 59 || second >= 61) return Number.NaN;
  return at / 86_400_000 + (hour * 3600 + minute * 60 + second) / 86_400;
}

const part = (text: string | undefined, otherwise = 0): number => (text === undefined ? otherwise : Number(text));

function zoneDays(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  return parts ? ((parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3]))) / 1440 : 0;
}

/** What the texts of a column say of 03/04/2020: day or month first; null where nothing tells. A dot means day first. */
function dayFirst(texts: readonly string[]): boolean | null {
  let verdict: boolean | null = null;
  for (const text of texts) {
    const found = DAY_FIRST_OR_MONTH.exec(text.trim());
    if (!found) continue;
    if (found[2] === '.' || Number(found[1]) > 12) return true;
    if (Number(found[3]) > 12) verdict = false;
  }
  return verdict;
}

/**
 * The times that distinct texts stand for, in days since 1970-01-01 (UTC where they name a zone), in the same order; NaN for a text that is none. Texts are
 * years with months and days in ISO order, quarters (2020-Q3), or dates like 31/12/2020 where some text of the column tells whether the day comes first.
 */
export function timesOf(texts: readonly string[]): Float64Array {
  const first = dayFirst(texts);
  return Float64Array.from(texts, (text) => {
    const iso = ISO.exec(text.trim());
    if (iso) return days(part(iso[1]), part(iso[2]), part(iso[3], 1), part(iso[4]), part(iso[5]), part(iso[6])) - zoneDays(iso[7]);
    const quarter = QUARTER.exec(text.trim());
    if (quarter) return days(Number(quarter[1]), 3 * Number(quarter[2]) - 2, 1);
    const local = DAY_FIRST_OR_MONTH.exec(text.trim());
    if (!local || first === null) return Number.NaN;
    const [day, month] = first ? [local[1], local[3]] : [local[3], local[1]];
    return days(part(local[4]), part(month), part(day), part(local[5]), part(local[6]), part(local[7]));
  });
}
