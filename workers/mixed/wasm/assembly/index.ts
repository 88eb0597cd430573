export { invertSymmetric } from './dense';
export { factorisePairs, invertPairs, placeProducts, solvePairs } from './pairs';
export { factorisePanel, subtractProducts, subtractTimes } from './products';
