const counts = new WeakMap<GPUDevice, { bytes: number }>();

/**
 * Counts the bytes of the buffers that live on a device from now on, whoever makes them; a buffer counts
 * until it is destroyed.
 */
export function countBuffers(device: GPUDevice): void {
  const count = { bytes: 0 };
  counts.set(device, count);
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const { size } = descriptor;
    const destroy = buffer.destroy.bind(buffer);
    let lives = true;
    count.bytes += size;
    buffer.destroy = () => {
      if (lives) count.bytes -= size;
      lives = false;
      destroy();
    };
    return buffer;
  };
}

/** Bytes of the buffers on a device; 0 for one that is not counted. */
export function bytesOf(device: GPUDevice): number {
  return counts.get(device)?.bytes ?? 0;
}
