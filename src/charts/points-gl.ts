/** Points in data units with a colour and a size each, and the part of the plane that is seen. */
export interface Points {
  x: Float32Array;
  y: Float32Array;
  /** Red, green, blue, alpha of each, 0 … 255. */
  colors: Uint8Array;
  /** Diameter of each in CSS px. */
  sizes: Float32Array;
}

/** The middle of what is seen, and how many px a data unit takes, the same on both axes. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

/** The drawing area in CSS px, and device px for each. */
export interface Area {
  width: number;
  height: number;
  ratio: number;
}

export interface PointRenderer {
  readonly kind: 'webgl2' | 'canvas';
  set(points: Points): void;
  draw(camera: Camera, area: Area): void;
  /** Frees buffers and the context itself: browsers hold few of them. */
  dispose(): void;
}

const VERTEX = `#version 300 es
in vec2 place;
in vec4 color;
in float size;
uniform vec2 middle;
uniform vec2 scale;
uniform float ratio;
out vec4 ink;
out float radius;
void main() {
  gl_Position = vec4((place - middle) * scale, 0.0, 1.0);
  gl_PointSize = size * ratio + 1.0;
  radius = 0.5 * size * ratio;
  ink = color;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 ink;
in float radius;
out vec4 pixel;
void main() {
  float away = length(gl_PointCoord - 0.5) * (2.0 * radius + 1.0);
  float cover = clamp(radius + 0.5 - away, 0.0, 1.0);
  if (cover <= 0.0) discard;
  float alpha = ink.a * cover;
  pixel = vec4(ink.rgb * alpha, alpha);
}`;

function compiled(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind);
  if (!shader) throw new Error('no shader');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? 'the shader did not compile');
  return shader;
}

class WebGLPoints implements PointRenderer {
  readonly kind = 'webgl2';
  readonly #gl: WebGL2RenderingContext;
  readonly #canvas: HTMLCanvasElement;
  #program: WebGLProgram | null = null;
  #buffers: WebGLBuffer[] = [];
  #points: Points | null = null;
  #last: [Camera, Area] | null = null;

  constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#build();
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
  }

  #build(): void {
    const gl = this.#gl;
    const program = gl.createProgram();
    gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    for (const [at, name] of ['place', 'color', 'size'].entries()) gl.bindAttribLocation(program, at, name);
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'the program did not link');
    this.#program = program;
    this.#buffers = [0, 1, 2].map(() => gl.createBuffer());
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  readonly #lost = (event: Event): void => event.preventDefault();

  readonly #restored = (): void => {
    this.#build();
    if (this.#points) this.set(this.#points);
    if (this.#last) this.draw(...this.#last);
  };

  set(points: Points): void {
    this.#points = points;
    const gl = this.#gl;
    if (gl.isContextLost()) return;
    const { x, y, colors, sizes } = points;
    const places = new Float32Array(2 * x.length);
    for (let i = 0; i < x.length; i++) {
      places[2 * i] = x[i];
      places[2 * i + 1] = y[i];
    }
    for (const [at, [data, width, type]] of (
      [
        [places, 2, gl.FLOAT],
        [colors, 4, gl.UNSIGNED_BYTE],
        [sizes, 1, gl.FLOAT],
      ] as const
    ).entries()) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffers[at]);
      gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, width, type, type === gl.UNSIGNED_BYTE, 0, 0);
    }
  }

  draw(camera: Camera, area: Area): void {
    this.#last = [camera, area];
    const gl = this.#gl;
    const program = this.#program;
    if (!program || gl.isContextLost()) return;
    sizeCanvas(this.#canvas, area);
    gl.viewport(0, 0, this.#canvas.width, this.#canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.#points) return;
    // biome-ignore lint/correctness/useHookAtTopLevel: of WebGL, no hook of React
    gl.useProgram(program);
    gl.uniform2f(gl.getUniformLocation(program, 'middle'), camera.x, camera.y);
    gl.uniform2f(gl.getUniformLocation(program, 'scale'), (2 * camera.scale) / area.width, (2 * camera.scale) / area.height);
    gl.uniform1f(gl.getUniformLocation(program, 'ratio'), area.ratio);
    gl.drawArrays(gl.POINTS, 0, this.#points.x.length);
  }

  dispose(): void {
    const gl = this.#gl;
    this.#canvas.removeEventListener('webglcontextlost', this.#lost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#restored);
    for (const buffer of this.#buffers) gl.deleteBuffer(buffer);
    gl.deleteProgram(this.#program);
    this.#points = null;
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

/** The same by the canvas itself, where there is no WebGL 2. */
class CanvasPoints implements PointRenderer {
  readonly kind = 'canvas';
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #points: Points | null = null;

  constructor(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#context = context;
  }

  set(points: Points): void {
    this.#points = points;
  }

  draw(camera: Camera, area: Area): void {
    const context = this.#context;
    sizeCanvas(this.#canvas, area);
    context.setTransform(area.ratio, 0, 0, area.ratio, 0, 0);
    context.clearRect(0, 0, area.width, area.height);
    if (!this.#points) return;
    const { x, y, colors, sizes } = this.#points;
    for (let i = 0; i < x.length; i++) {
      const radius = sizes[i] / 2;
      const left = area.width / 2 + (x[i] - camera.x) * camera.scale;
      const top = area.height / 2 - (y[i] - camera.y) * camera.scale;
      if (!(left > -radius && left < area.width + radius && top > -radius && top < area.height + radius)) continue;
      context.fillStyle = `rgba(${colors[4 * i]},${colors[4 * i + 1]},${colors[4 * i + 2]},${colors[4 * i + 3] / 255})`;
      context.beginPath();
      context.arc(left, top, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }

  dispose(): void {
    this.#points = null;
    this.#canvas.width = 0;
  }
}

/** Gives a canvas the device px of an area. */
function sizeCanvas(canvas: HTMLCanvasElement, { width, height, ratio }: Area): void {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
}

/**
 * Draws points by WebGL 2, or by the canvas itself.
 *
 * @param wanted 'canvas' where a context is not worth its price
 */
export function pointRenderer(canvas: HTMLCanvasElement, wanted: PointRenderer['kind'] = 'webgl2'): PointRenderer {
  if (wanted === 'webgl2') {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true });
    if (gl) return new WebGLPoints(canvas, gl);
  }
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser draws no canvas');
  return new CanvasPoints(canvas, context);
}

/** The camera that shows all points, `pad` px from the edges; points that are no numbers are left out. */
export function fitting({ x, y }: Pick<Points, 'x' | 'y'>, { width, height }: Pick<Area, 'width' | 'height'>, pad = 20): Camera {
  let [left, right, bottom, top] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    left = Math.min(left, x[i]);
    right = Math.max(right, x[i]);
    bottom = Math.min(bottom, y[i]);
    top = Math.max(top, y[i]);
  }
  if (!(left <= right)) return { x: 0, y: 0, scale: 1 };
  const across = Math.max(1, width - 2 * pad) / (right - left);
  const down = Math.max(1, height - 2 * pad) / (top - bottom);
  const scale = Math.min(across, down);
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Number.isFinite(scale) ? scale : 100 };
}

/** Zooms about a place of the area in px: what lies there stays there. */
export function zoomed(camera: Camera, area: Pick<Area, 'width' | 'height'>, at: { x: number; y: number }, factor: number): Camera {
  const scale = camera.scale * factor;
  const [right, up] = [at.x - area.width / 2, area.height / 2 - at.y];
  return { scale, x: camera.x + right / camera.scale - right / scale, y: camera.y + up / camera.scale - up / scale };
}

/** Moves what is seen by px: to the right and down. */
export const panned = (camera: Camera, right: number, down: number): Camera => ({
  ...camera,
  x: camera.x - right / camera.scale,
  y: camera.y + down / camera.scale,
});

/** Where a data point lies in the area, in px. */
export const placed = (camera: Camera, { width, height }: Pick<Area, 'width' | 'height'>, x: number, y: number): { x: number; y: number } => ({
  x: width / 2 + (x - camera.x) * camera.scale,
  y: height / 2 - (y - camera.y) * camera.scale,
});

/** The point nearest to a place of the area, within `reach` px of its edge; null where none is. */
export function nearest(
  points: Points,
  camera: Camera,
  area: Pick<Area, 'width' | 'height'>,
  at: { x: number; y: number },
  reach = 8,
): number | null {
  const { x, y, sizes } = points;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) {
    const right = area.width / 2 + (x[i] - camera.x) * camera.scale - at.x;
    const down = area.height / 2 - (y[i] - camera.y) * camera.scale - at.y;
    const away = right * right + down * down;
    const limit = reach + sizes[i] / 2;
    if (away < least && away <= limit * limit) {
      best = i;
      least = away;
    }
  }
  return best;
}
