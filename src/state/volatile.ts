/** `?volatile`: nothing of the visit is kept, nor read from earlier ones: for demonstrations and exams. */
export const isVolatile = (search = globalThis.location?.search ?? ''): boolean => new URLSearchParams(search).has('volatile');
