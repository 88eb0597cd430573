import type { EpochFrame, EpochOverview, EpochRequest } from '../../workers/protocol';
import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { placeOf, stopsOf, useScrub } from '../state/scrub';
import { useView } from '../state/view';
import { call } from './client';

/**
 * Which epochs of the finished run can be looked at again. Rejects with a LabError, 'no-results' before there
 * are results.
 */
const epochOverview = (): Promise<EpochOverview> => call((api) => api.epochOverview(), true);

const epochFrame = (request: EpochRequest): Promise<EpochFrame> => call((api) => api.epochFrame(request), true);

/**
 * Asks for the epochs of the ended run on the page, of this generation; without results, or in a new worker,
 * there are none. The slider stands where the link says, at the last epoch kept up to there: it has no other
 * stops, and the panels name the epoch that it stands at.
 */
export async function openEpochs(generation: number): Promise<void> {
  const overview = await epochOverview().catch(() => null);
  if (useRun.getState().generation !== generation) return;
  useScrub.setState({ overview: overview && overview.epochs.length > 0 ? overview : null });
  const asked = usePageView.getState().view?.epoch;
  if (overview && asked !== undefined && asked < overview.last && useView.getState().epoch === null) {
    const stops = stopsOf(overview);
    useView.getState().setEpoch(stops[placeOf(stops, asked)]);
  }
  await follow();
}

let asking = false;

/**
 * Brings the frame to the epoch and feature of the view. One question at a time: while it is answered, others
 * wait, and of those only the last is asked.
 */
async function follow(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    for (;;) {
      const { overview, frame, feature: framed } = useScrub.getState();
      const { epoch, feature } = useView.getState();
      const { generation } = useRun.getState();
      if (!overview || epoch === null || epoch >= overview.last) {
        if (frame) useScrub.setState({ frame: null });
        return;
      }
      if (frame?.epoch === epoch && framed === feature) return;
      const next = await epochFrame({ epoch, feature });
      if (useRun.getState().generation === generation) useScrub.setState({ frame: next, feature });
    }
  } catch {
    // The worker has another run, or is a new one: what was kept is gone.
    useScrub.setState({ overview: null, frame: null });
    useView.getState().setEpoch(null);
  } finally {
    asking = false;
  }
}

useView.subscribe((view, before) => {
  if (view.epoch !== before.epoch || view.feature !== before.feature) void follow();
});
