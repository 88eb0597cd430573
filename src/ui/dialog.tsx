import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { usePhone } from './use-phone';

interface Props extends Pick<ModalProps, 'opened' | 'onClose' | 'title' | 'size' | 'padding' | 'classNames' | 'children'> {
  /** Class of what it holds. */
  className: string;
}

/**
 * Gives the focus back to what had it before the dialog. Mantine does so only for a dialog that was there,
 * closed, before; here most come with their code when they are opened.
 */
function useFocusBack(opened: boolean): void {
  const before = useRef<Element | null>(null);
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined);
  // While it is drawn for the first time: its own focus is set before effects run.
  if (opened) before.current ??= document.activeElement;
  useEffect(() => {
    if (!opened) return;
    clearTimeout(closing.current);
    return () => {
      closing.current = setTimeout(() => {
        if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
        before.current = null;
      });
    };
  }, [opened]);
}

/** A dialog of the lab: on a phone it fills the screen, and closed it gives the focus back. */
export function Dialog({ className, classNames, ...rest }: Props) {
  useFocusBack(rest.opened);
  return (
    <Modal
      fullScreen={usePhone()}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ content: `dialog ${className}`, title: 'dialog-title', ...classNames }}
      {...rest}
    />
  );
}
