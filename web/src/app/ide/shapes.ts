/** What stands beside words for a run's state, for those to whom colours say nothing. */
export const SHAPES = { idle: '○', busy: '●', waiting: '▸', good: '✓', bad: '■' } as const
