import type { RunStatus } from '../../workers/protocol';

/** The worker prepares or trains; the main button shows a spinner or pauses. */
export const isTraining = (status: RunStatus): boolean => status === 'preparing' || status === 'running';

/** Training, or paused and able to go on: the setup is locked. */
export const isUnderway = (status: RunStatus): boolean => isTraining(status) || status === 'paused';
