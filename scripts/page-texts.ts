/**
 * The texts that people read on the page, taken from the source: what stands between tags, strings with at
 * least two words, the texts of method cards and of settings, and lessons. For tests of words.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';

export interface PageText {
  file: string;
  text: string;
}

/** Rooms whose strings people read; of the worker those that describe data, methods and settings. */
const FOLDERS = ['src', 'workers/data', 'workers/methods', 'workers/papers', 'workers/spec', 'workers/training'];
/** Attributes and properties that hold no words for people. */
const SILENT =
  /^(className|classNames|class|d|viewBox|points|strokeDasharray|style|key|id|href|tex|formula|countFormula|paper|transform|command|used)$/;
/** Nodes whose strings are code. */
const CODE = /^(Import|Export(All|Named)Declaration$|TSLiteralType|TSTypeLiteral|BinaryExpression)/;

interface Node {
  type: string;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

const nameOf = ({ name, key }: Node): string => {
  const node = (name ?? key) as Node | undefined;
  return String(node?.name ?? node?.value ?? '');
};

/** Texts of one file of TypeScript. */
export function textsOf(file: string, source: string): PageText[] {
  const found: PageText[] = [];
  const add = (text: string): void => {
    const words = text.replace(/\s+/g, ' ').trim();
    if (/[a-zA-Z]/.test(words)) found.push({ file, text: words });
  };
  const visit = (node: Node): void => {
    if (CODE.test(node.type) && !('declaration' in node && isNode(node.declaration))) return;
    if ((node.type === 'JSXAttribute' || node.type === 'Property') && SILENT.test(nameOf(node))) return;
    if (node.type === 'JSXText') add(String(node.value));
    else if (node.type === 'TemplateLiteral') add((node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join(' … '));
    else if (node.type === 'Literal' && typeof node.value === 'string' && /\S\s+\S/.test(node.value)) add(node.value);
    for (const child of Object.values(node)) for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) visit(one);
  };
  visit(parseAst(source, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' }) as unknown as Node);
  return found;
}

/** Text of a lesson without its imports, tags and expressions. */
const textOfMdx = (source: string): string =>
  source
    .replace(/^(import|export) .*$/gm, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\{[^}]*\}/g, ' ');

/** All texts of the tree; `but` names files that are left out. */
export function pageTexts(root: string, but: readonly string[] = []): PageText[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.(tsx?|mdx)$/.test(path) && !/\.test\.tsx?$|\/(testing|golden|assembly|build)\//.test(path) && !but.includes(path))
      .flatMap((path) => {
        const source = readFileSync(join(root, path), 'utf8');
        return path.endsWith('.mdx') ? [{ file: path, text: textOfMdx(source) }] : textsOf(path, source);
      }),
  );
}
