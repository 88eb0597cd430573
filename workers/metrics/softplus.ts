/** log(1 + eˣ), also where eˣ is no number any more. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
