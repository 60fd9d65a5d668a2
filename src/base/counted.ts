/** `1 file`, `2 files`: with the noun's plural. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`
