import type { ExperimentSpec } from '../../workers/spec/experiment';
import { encodeSpec } from '../../workers/spec/share';
import { encodeView } from '../../workers/spec/view/link';
import type { PageView } from '../../workers/spec/view/page-view';
import { hashOf } from '../state/url';
import { escapeXml } from '../text/xml';

/** What a link opens: an experiment, or the lesson of its view, which brings its own. */
export interface Shared {
  spec: ExperimentSpec;
  view: PageView;
}

/**
 * The address of a view of the lab. A lesson's experiments are its own, so its address holds none; a forced
 * backend is of one device and stays there.
 *
 * @param folder where the lab lies, with the last slash
 * @param embed for a frame in another site's page
 */
export async function addressOf(folder: string, { spec, view }: Shared, embed = false): Promise<string> {
  const { lesson, ...rest } = view;
  const page = `${folder}${embed ? 'embed.html' : ''}`;
  if (lesson === undefined) return `${page}${hashOf(await encodeSpec(spec), await encodeView(rest))}`;
  // A whole lesson is its id alone.
  return `${page}?lesson=${lesson}${hashOf('', await encodeView(view.steps || (await encodeView(rest)) ? view : rest))}`;
}

/** The ranges of a lesson's steps when each link opens so many: `[[1, 2], [3, 4], [5, 5]]`. */
export function sectionsOf(steps: number, each: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let from = 1; from <= steps; from += each) ranges.push([from, Math.min(steps, from + each - 1)]);
  return ranges;
}

/** What a course page takes to show the embed view. */
export const snippetOf = (address: string): string =>
  `<iframe src="${escapeXml(address)}" title="MMbeddings Lab" width="100%" height="760" style="border: 0" allow="fullscreen; cross-origin-isolated" loading="lazy"></iframe>`;
