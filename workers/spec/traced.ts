export { TRACED } from '../training/trace/kinds';
