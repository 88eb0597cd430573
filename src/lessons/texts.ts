import type { ComponentType, ElementType } from 'react';

type Text = ComponentType<{ components?: Record<string, ElementType> }>;

const FILES = import.meta.glob<{ default: Text }>('./texts/*.mdx');

/** The text of a lesson: a `<Step id>` for each step. Rejects when it cannot be loaded. */
export async function textOf(lesson: string): Promise<Text> {
  const load = FILES[`./texts/${lesson}.mdx`];
  if (!load) throw new Error(`The lesson "${lesson}" has no text.`);
  return (await load()).default;
}
