import { beforeEach, expect, it } from 'vitest';
import { pointsAt, stepHeld, useIsolated } from './isolated';

const state = () => useIsolated.getState();

beforeEach(() => useIsolated.setState({ pointed: null, held: null }));

it('points at a method by mouse and by focus from the keyboard, not by a finger', () => {
  const name = pointsAt('ignore');
  name.onPointerEnter({ pointerType: 'touch' });
  expect(state().pointed).toBeNull();
  name.onPointerEnter({ pointerType: 'mouse' });
  expect(state().pointed).toBe('ignore');
  name.onPointerLeave({ pointerType: 'mouse' });
  expect(state().pointed).toBeNull();
  const element = (visible: boolean) => ({ target: { matches: () => visible } as unknown as Element });
  name.onFocus(element(false));
  expect(state().pointed).toBeNull();
  name.onFocus(element(true));
  expect(state().pointed).toBe('ignore');
  name.onBlur();
  expect(state().pointed).toBeNull();
});

it('steps through the methods of a chart and past the last to none', () => {
  const held = (step: 1 | -1) => {
    stepHeld(['a', 'b'], step);
    return state().held;
  };
  expect([held(1), held(1), held(1), held(-1), held(-1)]).toEqual(['a', 'b', null, 'b', 'a']);
});
