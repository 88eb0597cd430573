import { useEffect } from 'react';
import type { ControlId } from '../../workers/spec/view/controls';
import { oneEpoch, stop, trainPauseResume } from '../lab-client/client';
import { allowedNow } from '../state/page-view';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { isRepeating, useStudy } from '../state/study';
import { pauseOrResume, stopRepeating } from '../studies/commands';
import { blockedNow } from '../ui/blocked';
import { useHelp } from '../ui/help';
import type { SHORTCUT_WORDS } from './shortcut-keys';

interface Shortcut {
  keys: Exclude<keyof typeof SHORTCUT_WORDS, '?'>;
  matches(event: KeyboardEvent): boolean;
  /** The control whose key it is. */
  control: ControlId;
  run(): void;
}

const plain = (key: string) => (event: KeyboardEvent) => event.key === key && !event.ctrlKey && !event.metaKey && !event.altKey;
const withCommand = (event: KeyboardEvent, shift: boolean) =>
  (event.ctrlKey || event.metaKey) && !event.altKey && event.shiftKey === shift && event.key.toLowerCase() === 'z';

const status = () => useRun.getState().status;
/**
 * A key does what its button does: a run under way can always be paused and resumed, and the settings are
 * locked as long.
 */
const free = (): boolean => isUnderway(status()) || blockedNow() === null;
const repeating = (): boolean => isRepeating(useStudy.getState().status);
const unlocked = (): boolean => !isUnderway(status());

const SHORTCUTS: Shortcut[] = [
  {
    keys: 't',
    matches: plain('t'),
    control: 'train',
    run: () => (repeating() ? void pauseOrResume() : free() && void trainPauseResume()),
  },
  { keys: 'e', matches: plain('e'), control: 'one-epoch', run: () => !repeating() && free() && void oneEpoch() },
  {
    keys: 's',
    matches: plain('s'),
    control: 'stop',
    run: () => (repeating() ? void stopRepeating() : isUnderway(status()) && !useRun.getState().stopping && void stop()),
  },
  {
    keys: 'Ctrl Z',
    matches: (event) => withCommand(event, false),
    control: 'history',
    run: () => unlocked() && useSpec.getState().undo(),
  },
  { keys: 'Ctrl Shift Z', matches: (event) => withCommand(event, true), control: 'history', run: () => unlocked() && useSpec.getState().redo() },
];

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"])'));

const dialogIsOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** The keyboard shortcuts of the page; `?` opens the help. Off while typing and while a dialog is open. */
export function Shortcuts() {
  const openHelp = useHelp((state) => state.set);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || isTyping(event.target) || dialogIsOpen()) return;
      if (event.key === '?') openHelp(true);
      else {
        const shortcut = SHORTCUTS.find(({ matches }) => matches(event));
        if (!shortcut || !allowedNow(shortcut.control)) return;
        event.preventDefault();
        shortcut.run();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [openHelp]);
  return null;
}
