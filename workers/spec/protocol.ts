/** What the page and the command line may know of the protocols of training. Free of tfjs. */
export {
  batchOf,
  changedFromProtocol,
  dimensionFor,
  LEARNING_RATES,
  PROTOCOLS,
  patienceOf,
  settingsUnder,
} from '../training/protocol';
export type { ProtocolId, TrainingSettings } from '../training/schema';
