/** `--short`: every part of a run once, on little, so that a test can see that the run still works. Its figures say nothing. */
export const isShort = process.argv.includes('--short')

/** How much of something a run makes, measures or waits for. */
export const sized = (usual: number, short: number): number => (isShort ? short : usual)
