export { batchFor } from '../training/protocol';
