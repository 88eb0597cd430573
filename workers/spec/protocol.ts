/** What the page and the command line may know of the protocols of training. Free of tfjs. */
export {
  batchFor,
  batchOf,
  changedFromProtocol,
  dimensionFor,
  LEARNING_RATES,
  PROTOCOLS,
  type ProtocolFacts,
  type ProtocolSettings,
  patienceOf,
  settingsUnder,
  withProtocolDefaults,
} from '../training/protocol';
export type { ProtocolId, TrainingSettings } from '../training/schema';
