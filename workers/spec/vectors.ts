/**
 * Whether methods with these settings begin from the files of an experiment: a file that none asks for is
 * left alone.
 */
export const asksForVectors = (methods: readonly { settings: Record<string, unknown> }[]): boolean =>
  methods.some(({ settings }) => (settings.start as { from?: string } | undefined)?.from === 'given');
