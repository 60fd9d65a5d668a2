import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes 20 s and more, the longest first: one that begins last is waited for alone. On a fresh checkout vitest knows no file's
 * time, and takes them as they stand in their folders.
 */
const LONG = [
  'instruments',
  'mesh/silence',
  'mesh/strangers',
  'mesh/star',
  'serve',
  'check',
  'peering',
  'questions',
  'command-line',
  'full-disk',
  'remembered',
  'slow-disk',
  'import',
  'compare',
  'kill',
  'try-network',
  'withhold',
].map((name) => `/test/programs/${name}.test.ts`)

const rankOf = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((end) => moduleId.endsWith(end))
  return at === -1 ? LONG.length : at
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- what is above is no array
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}
