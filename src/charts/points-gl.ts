import type { Area, Camera, Points } from './points-camera';
import { type PointRenderer, sizeCanvas } from './points-renderer';

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

/** Whether the processor draws in place of a graphics card, so far as the browser says. */
export function isSoftware(gl: WebGL2RenderingContext): boolean {
  const about = gl.getExtension('WEBGL_debug_renderer_info');
  return /swiftshader|llvmpipe|software|basic render/i.test(String(gl.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
}

/** Points by WebGL 2, on a canvas whose context nobody else has. */
export class WebGLPoints implements PointRenderer {
  readonly kind = 'webgl2';
  /** Hears that the browser took the context away, and that it gave it back. */
  onContext: (lost: boolean) => void = () => {};
  readonly #gl: WebGL2RenderingContext;
  readonly #canvas: HTMLCanvasElement;
  #program: WebGLProgram | null = null;
  #buffers: WebGLBuffer[] = [];
  #points: Points | null = null;
  #last: [Camera, Area] | null = null;

  /** @throws Error where the driver does not build the program */
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

  readonly #lost = (event: Event): void => {
    // Otherwise it never comes back.
    event.preventDefault();
    this.onContext(true);
  };

  readonly #restored = (): void => {
    this.#build();
    if (this.#points) this.set(this.#points);
    if (this.#last) this.draw(...this.#last);
    this.onContext(false);
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
