/** What the browser (or Node with Dawn) offers before tfjs is asked. */
export interface AdapterProbe {
  adapter: GPUAdapter | null;
  /** 'Apple M2', 'SwiftShader'; empty without an adapter. */
  name: string;
  hardware: boolean;
  /** Whether there is WebGPU at all; what the machine has cannot be known without. */
  offered: boolean;
  /** Why there is no hardware GPU, as the middle of a sentence; empty when there is one. */
  lack: string;
}

/** Names of adapters that draw and compute on the processor. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

function nameOf(info: GPUAdapterInfo | undefined): string {
  if (!info) return '';
  return info.description || [info.vendor, info.architecture || info.device].filter(Boolean).join(' ');
}

function isSoftware(adapter: GPUAdapter, info: GPUAdapterInfo | undefined): boolean {
  // The flag moved from the adapter to its info; older browsers have it in the old place.
  const flagged =
    (info as { isFallbackAdapter?: boolean } | undefined)?.isFallbackAdapter ?? (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter;
  return flagged === true || SOFTWARE.test([info?.vendor, info?.architecture, info?.device, info?.description].join(' '));
}

/** Whether a device computes on the processor. */
export const runsOnProcessor = ({ adapterInfo }: GPUDevice): boolean =>
  SOFTWARE.test([adapterInfo?.vendor, adapterInfo?.architecture, adapterInfo?.device, adapterInfo?.description].join(' '));

/** Asks for an adapter and judges it. Never throws. */
export async function probeAdapter(): Promise<AdapterProbe> {
  const none = (lack: string, offered = true): AdapterProbe => ({ adapter: null, name: '', hardware: false, offered, lack });
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) return none('WebGPU is not available here', false);
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return none('WebGPU offers no adapter');
    const info = adapter.info as GPUAdapterInfo | undefined;
    const name = nameOf(info);
    if (isSoftware(adapter, info))
      return { adapter, name: name || 'software adapter', hardware: false, offered: true, lack: 'the only adapter is a software one' };
    return { adapter, name: name || 'unnamed GPU', hardware: true, offered: true, lack: '' };
  } catch (failure) {
    return none(`WebGPU failed (${failure instanceof Error ? failure.message : String(failure)})`);
  }
}
