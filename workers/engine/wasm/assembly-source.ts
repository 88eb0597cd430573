import { CALLS, KINDS, PHASES, SIZES, STRUCTURES } from './structures';

/** 'sampled-tables' and 'addVectors' as constants are named: SAMPLED_TABLES, ADD_VECTORS. */
const constantName = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();

function enumOf(name: string, numbers: Readonly<Record<string, number>>): string {
  const members = Object.entries(numbers).map(([key, number]) => `  ${constantName(key)} = ${number},`);
  return [`export const enum ${name} {`, ...members, '}'].join('\n');
}

function classOf(name: string, { meaning, fields }: (typeof STRUCTURES)[keyof typeof STRUCTURES]): string {
  const members = Object.entries(fields).map(([field, [type, words]]) => `  /** ${words} */\n  ${field}: ${type};`);
  return [`/** ${meaning} */`, '// @ts-ignore: decorator', '@unmanaged', `export class ${name} {`, ...members, '}'].join('\n');
}

/** The AssemblyScript side of structures.ts, which the build puts next to the other sources. */
export function assemblySource(): string {
  return `${[
    '// Written by the build from ../structures.ts. Do not edit: change the list there.',
    ...Object.entries(SIZES).map(([name, size]) => `export const ${name}: i32 = ${size};`),
    enumOf('Kind', KINDS),
    enumOf('What', CALLS),
    enumOf('Phase', PHASES),
    ...Object.entries(STRUCTURES).map(([name, structure]) => classOf(name, structure)),
  ].join('\n\n')}\n`;
}
