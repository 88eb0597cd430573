import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passesFocus } from './take-focus';

const body = {};
const page: { body: object; activeElement: object } = { body, activeElement: body };
const button = { isConnected: true, contains: (other: object) => other === button } as unknown as HTMLElement;
const next = { focus: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  next.focus.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Whether the next thing gets the focus when the button goes, and after that something else has it. */
function passed(had: object, after: object, connected = false): boolean {
  const leave = passesFocus(() => next as unknown as HTMLElement)(button);
  page.activeElement = had;
  leave?.();
  Object.assign(button, { isConnected: connected });
  page.activeElement = after;
  vi.runAllTimers();
  Object.assign(button, { isConnected: true });
  return next.focus.mock.calls.length > 0;
}

describe('the focus of what vanishes', () => {
  it('goes to what follows', () => expect(passed(button, body)).toBe(true));
  it('stays where it is when it was elsewhere, or was taken by something else', () => {
    expect(passed({}, body)).toBe(false);
    expect(passed(button, {})).toBe(false);
  });
  it('stays on what is still there', () => expect(passed(button, body, true)).toBe(false));
});
