import { beforeEach, describe, expect, it } from 'vitest';
import { PLAIN_VIEW } from '../../workers/spec/view/page-view';
import { usePageView } from '../state/page-view';
import { keptMethods, leftOutWith, useSharing } from './sharing';

const view = () => useSharing.getState().view;
const { look, set } = useSharing.getState();

beforeEach(() => {
  usePageView.getState().setView({ ...PLAIN_VIEW });
});

describe('what a link passes on', () => {
  it('is the view that the page has now, also where an address brought it after the dialog', () => {
    set({ textSize: 125 });
    const teacher = { ...PLAIN_VIEW, controls: { training: 'locked' as const } };
    usePageView.getState().setView(teacher);
    expect(view()).toEqual(teacher);
    usePageView.getState().setView(null);
    expect(view()).toEqual(PLAIN_VIEW);
  });

  it('is what is looked at now, and no more what was looked at before', () => {
    look({ epoch: 3, training: true });
    expect(view()).toMatchObject({ epoch: 3, trainingCurve: true });
    look({ epoch: null, training: false });
    expect(view()).toEqual(PLAIN_VIEW);
  });

  it('is what was chosen in the dialog, which may be opened again', () => {
    look({ epoch: 3, training: false });
    set({ epoch: 12, trainingCurve: true });
    look({ epoch: null, training: false });
    look({ epoch: null, training: false });
    expect(view()).toMatchObject({ epoch: 12, trainingCurve: true });
    look({ epoch: 5, training: false });
    expect(view().epoch).toBe(5);
  });

  it('is the training curve of a link until it is taken from the page', () => {
    usePageView.getState().setView({ ...PLAIN_VIEW, epoch: 4, trainingCurve: true });
    look({ epoch: null, training: true });
    expect(view()).toMatchObject({ epoch: 4, trainingCurve: true });
    look({ epoch: null, training: false });
    expect(view()).toMatchObject({ epoch: 4, trainingCurve: false });
  });
});

it('a link has a method at least: where all were left out, all are in it, and one of them can be taken out', () => {
  const methods = [{ id: 'a' }, { id: 'b' }];
  const kept = (leftOut: readonly string[]) => keptMethods(methods, leftOut).map(({ id }) => id);
  expect(kept(['a'])).toEqual(['b']);
  expect(kept(['a', 'b'])).toEqual(['a', 'b']);
  const without = leftOutWith(methods, ['a', 'b', 'elsewhere'], 'b', false);
  expect(without).toEqual(['elsewhere', 'b']);
  expect(kept(without)).toEqual(['a']);
  expect(leftOutWith(methods, without, 'b', true)).toEqual(['elsewhere']);
});
