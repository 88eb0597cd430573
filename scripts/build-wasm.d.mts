/** Compiles the fused training step where it is missing or older than its sources. */
export function buildWasm(): Promise<void>;
export default buildWasm;
