/** What each method assumes, for its card. */
export { ASSUMPTIONS } from '../methods/shared/assumptions';
