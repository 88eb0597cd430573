import { aboutMethod } from '../methods/registry';

/** Whether one of these methods takes edges between levels: a file that none asks for is left alone. */
export const asksForEdges = (methods: readonly { id: string }[]): boolean => methods.some(({ id }) => aboutMethod(id).edges === true);
