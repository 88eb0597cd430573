import { type Buffer, collapsed, type View } from '../recorded/arrays';
import type { Operand } from '../recorded/builder';
import { HELPERS, literal, WGSL } from './functions';
import { grid, THREADS, threadIndex } from './kernels';
import type { Copies, Entrywise, Fused, Part, Reduction, Segments } from './schedule';

/** A generated kernel: its bindings in order, the numbers of its uniforms, and its workgroups. */
export interface Generated {
  code: string;
  buffers: Buffer[];
  uniforms: Uint8Array<ArrayBuffer>;
  workgroups: [number, number, number];
}

/**
 * Sizes and strides are uniforms, so that batches of another number of rows share the text, and with it the
 * compiled kernel.
 */
class Numbers {
  readonly #words: number[] = [];
  readonly #float = new Float32Array(1);

  #add(bits: number): string {
    const at = this.#words.push(bits) - 1;
    return `numbers[${at >> 2}][${at & 3}]`;
  }

  whole(value: number): string {
    return this.#add(value);
  }

  float(value: number): string {
    this.#float[0] = value;
    return `bitcast<f32>(${this.#add(new Uint32Array(this.#float.buffer)[0])})`;
  }

  get vectors(): number {
    return Math.max(1, Math.ceil(this.#words.length / 4));
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(4 * this.vectors);
    words.set(this.#words);
    return new Uint8Array(words.buffer);
  }
}

/** Buffers of a kernel and the text that declares them. */
class Bindings {
  readonly buffers: Buffer[] = [];
  readonly #written: ReadonlySet<Buffer>;
  readonly #whole: ReadonlySet<Buffer>;

  constructor(written: ReadonlySet<Buffer>, whole: ReadonlySet<Buffer>) {
    this.#written = written;
    this.#whole = whole;
  }

  #name(buffer: Buffer): string {
    const known = this.buffers.indexOf(buffer);
    return `b${known >= 0 ? known : this.buffers.push(buffer) - 1}`;
  }

  /** A whole number as one. */
  loadWhole(buffer: Buffer, index: string): string {
    const value = `${this.#name(buffer)}[${index}]`;
    return this.#whole.has(buffer) ? value : `i32(${value})`;
  }

  load(buffer: Buffer, index: string): string {
    if (buffer.constant !== null) return literal(buffer.constant) as string;
    const value = `${this.#name(buffer)}[${index}]`;
    return this.#whole.has(buffer) ? `f32(${value})` : value;
  }

  store(buffer: Buffer, index: string, value: string): string {
    return `${this.#name(buffer)}[${index}] = ${this.#whole.has(buffer) ? `i32(${value})` : value};`;
  }

  text(vectors: number): string {
    const lines = this.buffers.map(
      (buffer, i) =>
        `@group(0) @binding(${i}) var<storage, ${this.#written.has(buffer) ? 'read_write' : 'read'}> b${i}: array<${this.#whole.has(buffer) ? 'i32' : 'f32'}>;`,
    );
    return [...lines, `@group(0) @binding(${this.buffers.length}) var<uniform> numbers: array<vec4u, ${vectors}>;`].join('\n');
  }
}

/** Threads of a workgroup that reduce a fibre together, and fibres of a workgroup. */
interface Shape {
  lanes: number;
  fibres: number;
}

/** On a software adapter a thread a fibre: there, threads that wait for each other take long. */
function shapeOf({ split, fibres }: Fused, serial: boolean): Shape {
  if (!split || serial || split.reduced <= 16) return { lanes: 1, fibres: THREADS };
  if (split.inner > 1) return { lanes: 16, fibres: 16 };
  return { lanes: split.reduced >= 512 && fibres < 64 ? 256 : 64, fibres: 1 };
}

/** Slots of the sum of a few numbers. */
const FEW_SLOTS = 16;

const START: Record<Reduction['kind'], number> = { sum: 0, product: 1, max: -3.4028234663852886e38, min: 3.4028234663852886e38 };
const JOIN: Record<Reduction['kind'], (a: string, b: string) => string> = {
  sum: (a, b) => `${a} + ${b}`,
  product: (a, b) => `${a} * ${b}`,
  max: (a, b) => `max(${a}, ${b})`,
  min: (a, b) => `min(${a}, ${b})`,
};

/** Writes the text of one kernel. */
class Writer {
  readonly #kernel: Fused;
  readonly #stored: readonly Buffer[];
  readonly #shape: Shape;
  readonly #numbers = new Numbers();
  readonly #bindings: Bindings;
  readonly #levels = new Map<Buffer, number>();
  readonly #names = new Map<Buffer, string>();
  readonly #top: string[] = [];
  readonly #topNames = new Map<string, string>();
  /** Lines and names of the loop over a fibre's numbers that is being written. */
  #loop: string[] = [];
  #loopNames = new Map<string, string>();
  #count = 0;

  constructor(kernel: Fused, stored: readonly Buffer[], whole: ReadonlySet<Buffer>, serial: boolean) {
    this.#kernel = kernel;
    this.#stored = stored;
    this.#shape = shapeOf(kernel, serial);
    this.#bindings = new Bindings(new Set(stored), whole);
  }

  /** How many loops over the fibre come before a number is known. */
  #level(buffer: Buffer): number {
    const known = this.#levels.get(buffer);
    if (known !== undefined) return known;
    const { full, fibre, reductions } = this.#kernel;
    const member = full.get(buffer) ?? fibre.get(buffer);
    const reduction = reductions.get(buffer);
    let level = 0;
    if (reduction) level = this.#level(reduction.source) + 1;
    else if (member) level = Math.max(0, ...member.inputs.map(({ view }) => this.#level(view.buffer)));
    this.#levels.set(buffer, level);
    return level;
  }

  /** A name for a value, which is computed once where it is wanted. */
  #named(key: string, loop: boolean, value: () => string): string {
    const names = loop ? this.#loopNames : this.#topNames;
    const known = this.#topNames.get(key) ?? names.get(key);
    if (known) return known;
    const text = value();
    const name = `v${this.#count++}`;
    (loop ? this.#loop : this.#top).push(`let ${name} = ${text};`);
    names.set(key, name);
    return name;
  }

  #key(buffer: Buffer): string {
    const known = this.#names.get(buffer) ?? `${this.#names.size}`;
    this.#names.set(buffer, known);
    return known;
  }

  #plus(index: string, offset: number): string {
    return offset === 0 ? index : `${index} + ${this.#numbers.whole(offset)}`;
  }

  #strided({ offset, ...view }: View, index: string): string {
    const { shape, strides } = collapsed(view);
    const terms: string[] = [];
    let after = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (strides[axis] !== 0) {
        const divided = after === 1 ? index : `${index} / ${this.#numbers.whole(after)}`;
        const place = axis === 0 ? `(${divided})` : `(${divided} % ${this.#numbers.whole(shape[axis])})`;
        terms.push(strides[axis] === 1 ? place : `${place} * ${this.#numbers.whole(strides[axis])}`);
      }
      after *= shape[axis];
    }
    return this.#plus(terms.length > 0 ? terms.join(' + ') : '0u', offset);
  }

  #operand({ view, as }: Operand, full: boolean): string {
    const { buffer, offset } = view;
    const { constant } = buffer;
    if (constant !== null) return this.#named(`constant ${constant}`, false, () => literal(constant) ?? this.#numbers.float(constant));
    if (this.#kernel.makes(buffer)) return this.#value(buffer, full);
    const inLoop = full && as !== 'scalar';
    const key = `${full ? 'full' : 'fibre'} ${this.#key(buffer)} ${offset} ${as === 'scalar' ? '' : `${view.shape} ${view.strides}`}`;
    return this.#named(as === 'scalar' ? key.replace('full', 'fibre') : key, inLoop, () => {
      const index = full ? 'i' : 'f';
      const at = as === 'scalar' ? this.#plus('0u', offset) : as === 'packed' ? this.#plus(index, offset) : this.#strided(view, index);
      return this.#bindings.load(buffer, at);
    });
  }

  #value(buffer: Buffer, full: boolean): string {
    const kernel = this.#kernel;
    if (kernel.makesOfFibres(buffer)) {
      const member = kernel.fibre.get(buffer);
      return member ? this.#member(member, false) : (this.#topNames.get(this.#key(buffer)) as string);
    }
    return this.#member(kernel.full.get(buffer) as Entrywise, full);
  }

  #gathered({ inputs: [table, index], gather }: Entrywise, full: boolean): string {
    const { rows = 0, taken = 0, inner = 1 } = gather ?? {};
    const place = full ? 'i' : 'f';
    const width = this.#numbers.whole(inner);
    const row = `${place} / ${width} % ${this.#numbers.whole(taken)}`;
    const id = this.#bindings.loadWhole(index.view.buffer, this.#plus(row, index.view.offset));
    const before = `${place} / ${this.#numbers.whole(inner * taken)} * ${this.#numbers.whole(rows)}`;
    return this.#bindings.load(table.view.buffer, this.#plus(`(${before} + u32(${id})) * ${width} + ${place} % ${width}`, table.view.offset));
  }

  /** The number at this place of arrays side by side. */
  #beside(parts: readonly Part[], key: string, full: boolean): string {
    const names = full ? this.#loopNames : this.#topNames;
    const known = names.get(key);
    if (known) return known;
    const name = `v${this.#count++}`;
    const place = full ? 'i' : 'f';
    const row = this.#numbers.whole(parts[0].row);
    const branches = parts.map(({ source, offset, stride, to, width }, i) => {
      const column = to === 0 ? `${place} % ${row}` : `${place} % ${row} - ${this.#numbers.whole(to)}`;
      const value = this.#bindings.load(source, this.#plus(`${place} / ${row} * ${this.#numbers.whole(stride)} + ${column}`, offset));
      const guard = i < parts.length - 1 ? `if (${place} % ${row} < ${this.#numbers.whole(to + width)}) ` : '';
      return `${guard}{ ${name} = ${value}; }`;
    });
    (full ? this.#loop : this.#top).push(`var ${name}: f32;`, branches.join(' else '));
    names.set(key, name);
    return name;
  }

  #member(member: Entrywise, full: boolean): string {
    const { fn, inputs, numbers, result, gather, parts } = member;
    if (parts) return this.#beside(parts, this.#key(result), full);
    if (gather) return this.#named(this.#key(result), full, () => this.#gathered(member, full));
    return this.#named(this.#key(result), full, () => {
      const [a, b, c] = inputs.map((operand) => this.#operand(operand, full));
      const own = numbers.map((value) => literal(value) ?? this.#numbers.float(value));
      return WGSL[fn](a, b, c, own);
    });
  }

  #reduced({ source, offset }: Reduction): string {
    if (this.#kernel.full.has(source)) return this.#value(source, true);
    return this.#named(`full ${this.#key(source)} ${offset} packed`, true, () => this.#bindings.load(source, this.#plus('i', offset)));
  }

  write(): Generated {
    const { split, size, fibres } = this.#kernel;
    const lines = split ? this.#overFibres(fibres) : this.#flat(size);
    const { lanes, fibres: together } = this.#shape;
    const own = lanes * together;
    const functions = Object.entries(HELPERS).flatMap(([name, text]) => (lines.some((line) => line.includes(`${name}(`)) ? [text] : []));
    const shared = lanes > 1 ? [`var<workgroup> sums: array<f32, ${own}>;`] : [];
    const code = [
      this.#bindings.text(this.#numbers.vectors),
      ...functions,
      ...shared,
      `@compute @workgroup_size(${own}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {`,
      ...lines,
      '}',
    ].join('\n');
    const threads = split ? Math.ceil(fibres / together) * together * (THREADS / together) : size;
    return { code, buffers: this.#bindings.buffers, uniforms: this.#numbers.bytes, workgroups: grid(threads) };
  }

  #flat(size: number): string[] {
    const count = this.#numbers.whole(size);
    for (const buffer of this.#stored) {
      const value = this.#value(buffer, true);
      this.#loop.push(this.#bindings.store(buffer, 'i', value));
    }
    return [`let i = ${threadIndex(THREADS)};`, `if (i >= ${count}) { return; }`, ...this.#top, ...this.#loop];
  }

  #overFibres(count: number): string[] {
    const { full, reductions, split } = this.#kernel;
    if (!split) throw new Error('the kernel has no fibres');
    const { lanes, fibres: together } = this.#shape;
    const [fibres, reduced] = [this.#numbers.whole(count), this.#numbers.whole(split.reduced)];
    const inner = split.inner === 1 ? null : this.#numbers.whole(split.inner);
    const first = inner ? `f / inner * inner * reduced + f % inner` : 'f * reduced';
    const head = [
      `let fibres = ${fibres};`,
      `let reduced = ${reduced};`,
      ...(inner ? [`let inner = ${inner};`] : []),
      ...(lanes === 1
        ? [`let f = ${threadIndex(THREADS)};`, 'if (f >= fibres) { return; }', 'let end = reduced;', 'let lane = 0u;']
        : [
            // Lanes of a fibre's own numbers next to each other read memory that is.
            ...(inner
              ? [`let lane = local / ${together}u;`, `let wanted = (group.y * 65535u + group.x) * ${together}u + local % ${together}u;`]
              : ['let lane = local;', 'let wanted = group.y * 65535u + group.x;']),
            'let live = wanted < fibres;',
            'let f = min(wanted, fibres - 1u);',
            'let end = select(0u, reduced, live);',
          ]),
      `let first = ${first};`,
    ];
    const last = Math.max(
      0,
      ...this.#stored.filter((buffer) => full.has(buffer)).map((buffer) => this.#level(buffer)),
      ...[...reductions.values()].map(({ source }) => this.#level(source)),
    );
    for (let level = 0; level <= last; level++) this.#writeLoop(level);
    const guard = lanes === 1 ? '' : 'if (live && lane == 0u) ';
    for (const buffer of this.#stored) {
      if (full.has(buffer)) continue;
      const value = this.#value(buffer, false);
      this.#top.push(`${guard}{ ${this.#bindings.store(buffer, 'f', value)} }`);
    }
    return [...head, ...this.#top];
  }

  #writeLoop(level: number): void {
    const { full, reductions, split } = this.#kernel;
    const { lanes, fibres: together } = this.#shape;
    const slots = (split?.reduced ?? 0) <= FEW_SLOTS ? FEW_SLOTS : THREADS;
    const own = [...reductions.values()].filter(({ source }) => this.#level(source) === level);
    const stored = this.#stored.filter((buffer) => full.has(buffer) && this.#level(buffer) === level);
    if (own.length === 0 && stored.length === 0) return;
    this.#loop = [];
    this.#loopNames = new Map();
    const sums = own.map((reduction) => {
      const name = `s${this.#count++}`;
      const value = this.#reduced(reduction);
      // One thread adds in the order of tfjs's many: each slot every 64th number, then slots in pairs.
      const slot = lanes === 1 && reduction.kind === 'sum' ? `${name}[r % ${slots}u]` : name;
      this.#loop.push(`${slot} = ${JOIN[reduction.kind](slot, value)};`);
      return { name, reduction, slotted: slot !== name };
    });
    for (const buffer of stored) {
      const value = this.#value(buffer, true);
      this.#loop.push(this.#bindings.store(buffer, 'i', value));
    }
    for (const { name, reduction, slotted } of sums)
      this.#top.push(slotted ? `var ${name}: array<f32, ${slots}>;` : `var ${name} = ${literal(START[reduction.kind])};`);
    const place = split?.inner === 1 ? 'first + r' : 'first + r * inner';
    this.#top.push(`for (var r = lane; r < end; r += ${lanes}u) {`, `let i = ${place};`, ...this.#loop, '}');
    const stride = split?.inner === 1 ? 1 : together;
    const inPairs = (most: number, step: string, guard: string, after: string): string =>
      `for (var n = min(reduced, ${most}u); n > 1u; ) { let half = (n + 1u) / 2u; ${guard} { ${step} } n = half; ${after} }`;
    for (const { name, reduction, slotted } of sums) {
      const { kind, factor, result } = reduction;
      let total = name;
      if (slotted) {
        this.#top.push(inPairs(slots, `${name}[l] = ${name}[l] + ${name}[l + half];`, 'for (var l = 0u; l < n / 2u; l++)', ''));
        total = `${name}[0]`;
      } else if (lanes > 1) {
        const other = stride === 1 ? 'sums[local + half]' : `sums[local + half * ${stride}u]`;
        this.#top.push(`sums[local] = ${name};`, 'workgroupBarrier();');
        this.#top.push(inPairs(lanes, `sums[local] = ${JOIN[kind]('sums[local]', other)};`, 'if (lane < n / 2u)', 'workgroupBarrier();'));
        this.#top.push(`${name} = sums[${stride === 1 ? '0u' : `local % ${together}u`}];`, 'workgroupBarrier();');
      }
      const done = `v${this.#count++}`;
      const count = Math.round(1 / factor);
      const scaled = Math.abs(factor * count - 1) < 1e-9 ? `${total} / ${this.#numbers.float(count)}` : `${total} * ${this.#numbers.float(factor)}`;
      this.#top.push(`let ${done} = ${factor === 1 ? total : scaled};`);
      this.#topNames.set(this.#key(result), done);
    }
  }
}

/** @param stored results that it must leave in memory @param serial whether the device is a processor */
export const generate = (kernel: Fused, stored: readonly Buffer[], whole: ReadonlySet<Buffer>, serial: boolean): Generated =>
  new Writer(kernel, stored, whole, serial).write();

/** Parts of arrays side by side. */
export function generateCopies({ parts, result }: Copies, whole: ReadonlySet<Buffer>): Generated {
  const numbers = new Numbers();
  const bindings = new Bindings(new Set([result]), whole);
  let threads = 0;
  const branches = parts.map(({ source, offset, stride, to, row, rows, width }) => {
    const from = threads;
    threads += rows * width;
    const [begin, end, columns] = [numbers.whole(from), numbers.whole(threads), numbers.whole(width)];
    const index = `${numbers.whole(offset)} + (i - ${begin}) / ${columns} * ${numbers.whole(stride)} + (i - ${begin}) % ${columns}`;
    const target = `${numbers.whole(to)} + (i - ${begin}) / ${columns} * ${numbers.whole(row)} + (i - ${begin}) % ${columns}`;
    return `if (i < ${end}) { ${bindings.store(result, target, bindings.load(source, index))} }`;
  });
  const code = `${bindings.text(numbers.vectors)}
@compute @workgroup_size(${THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
let i = ${threadIndex(THREADS)};
${branches.join(' else ')}
}`;
  return { code, buffers: bindings.buffers, uniforms: numbers.bytes, workgroups: grid(threads) };
}

/**
 * Each row's numbers added to those of the rows of the same id, in the order of the rows. In one kernel a
 * thread for each number of the result goes through all rows; where that is too much, the result is filled
 * with zeros first, and then the first row of each id goes through those after it.
 */
export function generateSegments(
  { source, offset, ids, idsOffset, rows, width, segments, result }: Segments,
  whole: ReadonlySet<Buffer>,
): Generated[] {
  const through = (body: (numbers: Numbers, bindings: Bindings, columns: string) => string, threads: number): Generated => {
    const numbers = new Numbers();
    const bindings = new Bindings(new Set([result]), whole);
    const [count, columns] = [numbers.whole(threads), numbers.whole(width)];
    const text = body(numbers, bindings, columns);
    const code = `${bindings.text(numbers.vectors)}
@compute @workgroup_size(${THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
let i = ${threadIndex(THREADS)};
if (i >= ${count}) { return; }
${text}
}`;
    return { code, buffers: bindings.buffers, uniforms: numbers.bytes, workgroups: grid(threads) };
  };
  const id = (numbers: Numbers, bindings: Bindings, row: string): string => bindings.loadWhole(ids, offsetBy(row, idsOffset, numbers));
  const add = (numbers: Numbers, bindings: Bindings, columns: string): string =>
    `sum += ${bindings.load(source, offsetBy(`r * ${columns} + i % ${columns}`, offset, numbers))};`;
  if (rows * segments <= FEW_PAIRS)
    return [
      through(
        (numbers, bindings, columns) => `let own = i32(i / ${columns});
var sum = 0.0;
for (var r = 0u; r < ${numbers.whole(rows)}; r++) { if (${id(numbers, bindings, 'r')} == own) { ${add(numbers, bindings, columns)} } }
${bindings.store(result, 'i', 'sum')}`,
        segments * width,
      ),
    ];
  return [
    through((_, bindings) => bindings.store(result, 'i', '0.0'), segments * width),
    through(
      (numbers, bindings, columns) => `let row = i / ${columns};
let own = ${id(numbers, bindings, 'row')};
if (own < 0 || own >= i32(${numbers.whole(segments)})) { return; }
for (var r = 0u; r < row; r++) { if (${id(numbers, bindings, 'r')} == own) { return; } }
var sum = 0.0;
for (var r = row; r < ${numbers.whole(rows)}; r++) { if (${id(numbers, bindings, 'r')} == own) { ${add(numbers, bindings, columns)} } }
${bindings.store(result, `u32(own) * ${columns} + i % ${columns}`, 'sum')}`,
      rows * width,
    ),
  ];
}

/** Rows times segments that one kernel goes through. */
const FEW_PAIRS = 65_536;

const offsetBy = (index: string, offset: number, numbers: Numbers): string => (offset === 0 ? index : `${index} + ${numbers.whole(offset)}`);
