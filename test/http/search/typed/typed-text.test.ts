import { expect, test } from 'vitest'
import { readTyped } from '../../../../src/http/search/typed/typed.ts'
import { costOf } from '../../../support/cost-of.ts'

test('whatever marks a text repeats, it is read in a few milliseconds', async () => {
  for (const mark of ['=', ' =', '=/', '_', '<', '(', ':', 'v=', '1='])
    expect([mark, (await costOf(() => readTyped(mark.repeat(512).slice(0, 512)))) < 20]).toEqual([
      mark,
      true,
    ])
})

test('a version behind any mark is found', () => {
  for (const text of ['tool 1.0', 'tool==1.0', 'tool_1.0', 'tool (>= 1.0)', 'tool:=v1.0'])
    expect(readTyped(text).steps.flat()).toContainEqual({
      kind: 'named',
      name: 'tool',
      versions: ['1.0'],
    })
})
