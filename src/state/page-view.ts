import { create } from 'zustand';
import type { ControlId } from '../../workers/spec/view/controls';
import type { PageView } from '../../workers/spec/view/page-view';
import type { PanelId } from '../../workers/spec/view/panels';
import { type LossKind, useView } from './view';

/** What a control may do: be used, be seen, or neither. */
export type Access = 'open' | 'locked' | 'hidden';

/** What the current step of a lesson leaves on the page. */
export interface StepView {
  allow: readonly ControlId[];
  show: readonly PanelId[];
  /** How panels are read, in the place of what they say elsewhere; of the chart of losses, by its loss. */
  plain?: Readonly<Partial<Record<PanelId, string | Readonly<Record<LossKind, string>>>>>;
}

/**
 * Who may see and use what on the page. A teacher's view and a lesson's step are apart: a step may close more
 * than the teacher did, and opens nothing that the teacher closed.
 */
export interface PageViewState {
  view: PageView | null;
  step: StepView | null;
  /** A lesson stands beside the page. */
  lesson: boolean;
  /** In a frame of another site's page, which has room for one run. */
  embedded: boolean;
  setView(view: PageView | null): void;
  /** The step of a lesson; null: the lesson leaves everything open. */
  setStep(step: StepView | null): void;
}

export const usePageView = create<PageViewState>((set) => ({
  view: null,
  step: null,
  lesson: false,
  embedded: false,
  setView: (view) => set({ view }),
  setStep: (step) => set({ step, lesson: true }),
}));

/** What a frame has no place for. */
const NOT_EMBEDDED: readonly ControlId[] = ['repeat'];

export function accessTo({ view, step, embedded }: Pick<PageViewState, 'view' | 'step' | 'embedded'>, control: ControlId): Access {
  if (embedded && NOT_EMBEDDED.includes(control)) return 'hidden';
  if (step && !step.allow.includes(control)) return 'hidden';
  return view?.controls[control] ?? 'open';
}

export function isShown({ view, step }: Pick<PageViewState, 'view' | 'step'>, panel: PanelId): boolean {
  return (view?.panels?.includes(panel) ?? true) && (step?.show.includes(panel) ?? true);
}

/**
 * Whether a control may be used here. 'locked': in sight and disabled; 'hidden': not rendered. The element of
 * the control carries `data-control={id}`, that of a panel `data-panel={id}`, so that a lesson can point at
 * it.
 */
export const useAllowed = (control: ControlId): Access => usePageView((state) => accessTo(state, control));

/** Whether a panel or room is on the page. */
export const useShown = (panel: PanelId): boolean => usePageView((state) => isShown(state, panel));

/** What a panel says beside the step of a lesson; undefined where the page speaks as it does elsewhere. */
export function plainOf({ step }: Pick<PageViewState, 'step'>, panel: PanelId | undefined, loss: LossKind): string | undefined {
  const said = panel && step?.plain?.[panel];
  return typeof said === 'object' ? said[loss] : said;
}

export function usePlain(panel: PanelId | undefined): string | undefined {
  const loss = useView((state) => state.loss);
  return usePageView((state) => plainOf(state, panel, loss));
}

/** The same for what is no component: keyboard shortcuts. */
export const allowedNow = (control: ControlId): boolean => accessTo(usePageView.getState(), control) === 'open';

/** Whether something of a part of the page can be seen: one of its controls at least. */
export const anyOpen = (state: Pick<PageViewState, 'view' | 'step' | 'embedded'>, controls: readonly ControlId[]): boolean =>
  controls.some((control) => accessTo(state, control) !== 'hidden');
