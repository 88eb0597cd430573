import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import type { GeneralisedFormula } from '../formula/fit-generalised';
import { type Bootstrap, bootstrapLinear } from './bootstrap';
import { bootstrapGeneralised } from './generalised-bootstrap';
import { generalisedProfiles } from './generalised-profile';
import { type ProfileInterval, profileIntervals } from './profile';

/** A fit whose parameters have intervals. */
export type WithIntervals = { kind: 'linear'; fitted: LinearFormula } | { kind: 'generalised'; fitted: GeneralisedFormula };

/** Profile likelihood intervals of all parameters (docs/methods.md A22). @param quantile 1.96 for 95 % */
export const profilesOf = (
  fit: WithIntervals,
  quantile: number,
  breathe: Breathe,
  report: (interval: ProfileInterval) => void,
): Promise<ProfileInterval[]> =>
  fit.kind === 'linear' ? profileIntervals(fit.fitted, quantile, breathe, report) : generalisedProfiles(fit.fitted, quantile, breathe, report);

/** Parametric bootstrap of all parameters (docs/methods.md A22). */
export const bootstrapOf = (
  fit: WithIntervals,
  options: { times: number; seed: number },
  breathe: Breathe,
  report: (state: Bootstrap) => void,
): Promise<Bootstrap> =>
  fit.kind === 'linear' ? bootstrapLinear(fit.fitted, options, breathe, report) : bootstrapGeneralised(fit.fitted, options, breathe, report);
