import {
  type ButtonHTMLAttributes,
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { createPortal, flushSync } from 'react-dom';

/** Px between a button and what it opens, and between that and the edge of the window. */
const GAP = 8;

/** Under its button, or over it where there is no room below; inside the window. */
function place(over: HTMLElement, button: HTMLElement, end: boolean): void {
  const at = button.getBoundingClientRect();
  const { width, height } = over.getBoundingClientRect();
  const [right, bottom] = [document.documentElement.clientWidth - GAP - width, innerHeight - GAP - height];
  const below = at.bottom + GAP;
  const above = at.top - GAP - height;
  over.style.left = `${Math.max(GAP, Math.min(end ? at.right - width : at.left, right))}px`;
  over.style.top = `${below > bottom && above >= GAP ? above : Math.max(GAP, Math.min(below, bottom))}px`;
}

/** What of the element can have the focus now. */
const stops = (element: HTMLElement): HTMLElement[] => [
  ...element.querySelectorAll<HTMLElement>(':is(button, input, select, textarea):not(:disabled), a[href], [tabindex="0"]'),
];

interface OverProps {
  role: 'menu' | 'dialog';
  className: string;
  label?: string;
  width?: number;
  /** Its right edge is that of the button. */
  end: boolean;
  /** The focus goes into it. */
  takesFocus: boolean;
  button: ReactElement<ButtonHTMLAttributes<HTMLButtonElement>>;
  children: ReactNode;
}

/**
 * What a button opens over the page. A popover of the browser: a click elsewhere and Escape close it, and the
 * focus goes back. It stands at the end of the page, and its content is there while it is open.
 */
function Over({ role, className, label, width, end, takesFocus, button, children }: OverProps) {
  const id = useId();
  const opener = `${id}-button`;
  const [open, setOpen] = useState(false);
  const over = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = over.current;
    const pressed = document.getElementById(opener);
    if (!open || !element || !pressed) return;
    const follow = () => place(element, pressed, end);
    // The browser shows it when the handler of its event has ended, before the next frame.
    const frame = requestAnimationFrame(() => {
      follow();
      if (takesFocus) (stops(element)[0] ?? (element.firstElementChild as HTMLElement)).focus({ preventScroll: true });
    });
    const grows = new ResizeObserver(follow);
    grows.observe(element);
    addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
    return () => {
      cancelAnimationFrame(frame);
      grows.disconnect();
      removeEventListener('scroll', follow, { capture: true });
      removeEventListener('resize', follow);
    };
  }, [open, opener, end, takesFocus]);
  return (
    <>
      {cloneElement(button, { id: opener, popoverTarget: id, 'aria-haspopup': role, 'aria-expanded': open })}
      {createPortal(
        <div
          ref={over}
          id={id}
          popover="auto"
          className={`over ${className}`}
          style={{ width }}
          onBeforeToggle={({ newState }) => newState === 'open' && flushSync(() => setOpen(true))}
          // Afterwards: the browser gives the focus back from what has it.
          onToggle={({ newState }) => newState === 'closed' && setOpen(false)}
        >
          {open &&
            (role === 'menu' ? (
              <div role="menu" tabIndex={-1} aria-labelledby={opener} onKeyDown={throughItems}>
                {children}
              </div>
            ) : (
              <div role="dialog" tabIndex={-1} aria-label={label} aria-labelledby={label === undefined ? opener : undefined}>
                {children}
              </div>
            ))}
        </div>,
        document.body,
      )}
    </>
  );
}

/**
 * Arrows, Home and End go through the items of a menu, a letter to the next that begins with it. Tab closes
 * it: the focus goes back to its button, and on from there.
 */
function throughItems(event: KeyboardEvent<HTMLElement>): void {
  if (event.key === 'Tab') {
    event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
    return;
  }
  const items = stops(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const { key } = event;
  const step = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[key];
  const letter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  const found =
    step === undefined
      ? [...items.slice(at + 1), ...items.slice(0, at + 1)].find((item) => letter && item.textContent?.toLowerCase().startsWith(key.toLowerCase()))
      : items[(step + items.length) % items.length];
  if (step !== undefined || letter) {
    event.preventDefault();
    // No shortcut of the page.
    event.stopPropagation();
  }
  found?.focus();
}

/** A button and the menu that it opens, of `MenuItem` and `MenuLabel`. */
export function Menu({ end = false, ...props }: { end?: boolean } & Pick<OverProps, 'button' | 'children'>) {
  return <Over role="menu" className="menu" end={end} takesFocus {...props} />;
}

export function MenuItem({ disabled, onClick, children }: { disabled?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      role="menuitem"
      className="menu-item"
      tabIndex={-1}
      disabled={disabled}
      onClick={({ currentTarget }) => {
        currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
        onClick();
      }}
    >
      {children}
    </button>
  );
}

export const MenuLabel = ({ children }: { children: ReactNode }) => <div className="menu-label">{children}</div>;

/** A button and a few words or numbers that it opens. `label` names them; without one the focus stays. */
export function PopOver({ label, width, end = false, ...props }: { end?: boolean } & Pick<OverProps, 'label' | 'width' | 'button' | 'children'>) {
  return <Over role="dialog" className="pop" label={label} width={width} end={end} takesFocus={label !== undefined} {...props} />;
}
