import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { whole } from '../text/numbers';
import { readCount } from '../text/read-in-range';
import { Icon } from './icons';

/** Why a value was refused: never the colour alone. */
export function Refusal({ children }: { children: string }) {
  return (
    <>
      <Icon name="warn" small />
      {children}
    </>
  );
}

interface TypedProps
  extends Pick<TextInputProps, 'label' | 'aria-label' | 'aria-describedby' | 'inputMode' | 'placeholder' | 'disabled' | 'className'> {
  /** The value in force, as it is written. */
  current: string;
  /** What stands there while it is not edited, where that is not the value as it would be typed. */
  rest?: string;
  /** Takes what was typed; returns why it cannot be, or null. */
  onTyped(text: string): string | null;
}

/**
 * A value that is typed. It counts when the field is left or Enter is pressed; what cannot be is said and
 * changes nothing.
 */
export function TypedText({ current, rest, onTyped, ...input }: TypedProps) {
  const [text, setText] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [known, setKnown] = useState(current);
  // Another value from outside (undo, a preset, a reset) takes the place of a refused one.
  if (known !== current) {
    setKnown(current);
    setText(null);
    setRefusal(null);
  }

  const commit = () => {
    if (text === null) return;
    if (text === current) {
      setText(null);
      setRefusal(null);
      return;
    }
    const reason = onTyped(text);
    setRefusal(reason);
    if (reason === null) setText(null);
  };
  return (
    <TextInput
      {...input}
      value={text ?? rest ?? current}
      error={refusal && <Refusal>{refusal}</Refusal>}
      autoComplete="off"
      spellCheck={false}
      // Escape takes back what was typed, and leaves a dialog open, which hears it before the field does.
      data-mantine-stop-propagation={refusal !== null || (text !== null && text !== current)}
      onFocus={(event) => {
        if (text === null) setText(current);
        const input = event.currentTarget;
        const { value: before } = input;
        requestAnimationFrame(() => {
          // A fast Tab has left the field by now, and selecting would bring the focus back; what a fast key
          // has written the next one would replace.
          if (document.activeElement === input && input.value === before) input.select();
        });
      }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') {
          setText(current);
          setRefusal(null);
        }
      }}
    />
  );
}

interface CountProps<Empty extends boolean> extends Omit<TypedProps, 'current' | 'rest' | 'onTyped' | 'inputMode'> {
  value: number | (Empty extends true ? null : never);
  min: number;
  max: number;
  /** May be left empty, which is null. */
  empty?: Empty;
  onChange(value: number | (Empty extends true ? null : never)): void;
}

/** A whole number in a range, typed. */
export function CountInput<Empty extends boolean = false>({ value, min, max, empty, onChange, ...input }: CountProps<Empty>) {
  return (
    <TypedText
      {...input}
      inputMode="numeric"
      current={value === null ? '' : whole(value)}
      onTyped={(text) => {
        const result = readCount({ min, max, empty }, text);
        if (!result.ok) return result.message;
        onChange(result.value as typeof value);
        return null;
      }}
    />
  );
}
