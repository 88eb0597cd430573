import { create } from 'zustand';
import type { ControlId } from '../../workers/spec/view/controls';
import { type PageView, PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';

/** What the dialog has chosen; it outlives the dialog, which may be closed by mistake. */
interface Sharing {
  view: PageView;
  /** Methods of the experiment that the link leaves out. */
  leftOut: readonly string[];
  /** Steps of a lesson behind one link; null: all that are chosen. */
  each: number | null;
  /** What of the view came from the page as it was looked at, and not from the form. */
  looked: Pick<PageView, 'epoch' | 'trainingCurve'>;
  set(patch: Partial<PageView>): void;
  /** What becomes of controls; 'open' takes them out of the list. */
  close(controls: readonly ControlId[], state: 'open' | 'locked' | 'hidden'): void;
  leaveOut(methods: readonly string[]): void;
  split(each: number | null): void;
  /** What is looked at now takes the place of what was looked at before; what was typed stays. */
  look(page: { epoch: number | null; training: boolean }): void;
}

/** The view of a link that came, or of its being gone: a link is passed on as it came. */
const passedOn = (view: PageView | null): Pick<Sharing, 'view' | 'looked'> => {
  const passed = view ?? PLAIN_VIEW;
  return { view: passed, looked: { trainingCurve: passed.trainingCurve } };
};

/** The methods that the link of an experiment has: all, where every one of them is left out. */
export function keptMethods<Method extends { id: string }>(methods: readonly Method[], leftOut: readonly string[]): Method[] {
  const kept = methods.filter(({ id }) => !leftOut.includes(id));
  return kept.length > 0 ? kept : [...methods];
}

/** What is left out once a method is put into the link or taken out of it; other experiments keep theirs. */
export function leftOutWith(methods: readonly { id: string }[], leftOut: readonly string[], id: string, inLink: boolean): string[] {
  const kept = keptMethods(methods, leftOut).map((method) => method.id);
  const here = methods.map((method) => method.id);
  const out = here.filter((other) => (other === id ? !inLink : !kept.includes(other)));
  return [...leftOut.filter((other) => !here.includes(other)), ...out];
}

export const useSharing = create<Sharing>((set) => ({
  ...passedOn(usePageView.getState().view),
  leftOut: [],
  each: null,
  set: (patch) => set(({ view }) => ({ view: { ...view, ...patch } })),
  close: (controls, state) =>
    set(({ view }) => {
      const rest = Object.fromEntries(Object.entries(view.controls).filter(([id]) => !controls.includes(id as ControlId)));
      const closed = state === 'open' ? {} : Object.fromEntries(controls.map((id) => [id, state]));
      return { view: { ...view, controls: { ...rest, ...closed } } };
    }),
  leaveOut: (leftOut) => set({ leftOut }),
  split: (each) => set({ each }),
  look: ({ epoch, training }) =>
    set(({ view, looked }) => ({
      view: {
        ...view,
        epoch: epoch ?? (view.epoch === looked.epoch ? undefined : view.epoch),
        trainingCurve: training || (view.trainingCurve && !looked.trainingCurve),
      },
      looked: { epoch: epoch ?? undefined, trainingCurve: training },
    })),
}));

// An address may bring another view while the page is open.
usePageView.subscribe(({ view }, before) => {
  if (view !== before.view) useSharing.setState(passedOn(view));
});
