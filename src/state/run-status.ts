import type { Lane, RunStatus } from '../../workers/protocol';

/** The worker prepares or trains; the main button shows a spinner or pauses. */
export const isTraining = (status: RunStatus): boolean => status === 'preparing' || status === 'running';

/** Training, or paused and able to go on: the setup is locked. */
export const isUnderway = (status: RunStatus): boolean => isTraining(status) || status === 'paused';

/** Methods that still train have done the same number of epochs. */
export function areLevel(lanes: Pick<Lane, 'status' | 'epoch'>[]): boolean {
  const epochs = lanes.filter(({ status }) => status === 'waiting' || status === 'training' || status === 'past-stop').map(({ epoch }) => epoch);
  return new Set(epochs).size < 2;
}
