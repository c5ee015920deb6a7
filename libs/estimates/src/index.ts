export { chooseTimeout, type ChosenTimeout, type TimeoutBasis, type TimeoutOptions } from './choose-timeout.ts';
export {
  EMPTY_HISTORY,
  historyAsOf,
  observe,
  type DurationHistory,
  type DurationObservation,
  type DurationOutcome,
} from './duration-history.ts';
export {
  expectedRemaining,
  type RemainingBasis,
  type RemainingOptions,
  type RemainingTime,
} from './expected-remaining.ts';
export { quantileOf, type Quantile } from './quantile.ts';
