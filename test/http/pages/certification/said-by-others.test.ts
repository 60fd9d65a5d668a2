import { describe, expect, test } from 'vitest'
import { html } from '../../../../src/http/pages/elements/html.ts'
import { saidByOthersText } from '../../../../src/http/pages/certification/said-by-others.ts'

const said = (
  [same, otherwise]: readonly [number, number],
  [sameOthers, otherwiseOthers]: readonly [number, number],
) => ({
  named: { same, otherwise },
  others: { same: sameOthers, otherwise: otherwiseOthers },
})

/** As it is read. */
const textOf = (page: string): string => page.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ')

const pageOf = (what: ReturnType<typeof said>, hasPolicy: boolean): string =>
  html`${saidByOthersText(what, hasPolicy)}`.toString()

describe('where this node names nobody', () => {
  test.each([
    [[1, 1], '1 other says the same, 1 says otherwise'],
    [[2, 0], '2 others say the same, 0 say otherwise'],
    [[0, 3], '0 others say the same, 3 say otherwise'],
    [[1_000, 0], '1,000 others say the same, 0 say otherwise'],
  ] as const)('%j is told in words, and has no colour', (others, words) => {
    const page = pageOf(said([0, 0], others), false)
    expect(textOf(page)).toBe(words)
    expect(page).not.toMatch(/class="(?:yes|no)"/)
  })

  test('who is the only one is accused of nothing', () => {
    expect(textOf(pageOf(said([0, 0], [0, 0]), false))).toBe('nobody else has built it yet')
  })
})

describe('where it names somebody', () => {
  test('the named have colours, and all others stand below them without', () => {
    const page = pageOf(said([2, 1], [5, 7]), true)
    expect(textOf(page)).toBe(
      'named: 2 others say the same, 1 says otherwise' +
        'not named: 5 others say the same, 7 say otherwise',
    )
    expect(page).toContain('<span class="yes">2 others say the same</span>')
    expect(page).toContain('<span class="no">1 says otherwise</span>')
    expect(page.match(/class="(?:yes|no)"/g)).toHaveLength(2)
  })

  test('nobody is coloured for what no one says', () => {
    expect(pageOf(said([2, 0], [1, 0]), true)).not.toContain('class="no"')
    expect(pageOf(said([0, 2], [1, 0]), true)).not.toContain('class="yes"')
  })

  test('nobody of the named is said to agree because others do', () => {
    const page = pageOf(said([0, 0], [9, 0]), true)
    expect(textOf(page)).toMatch(/^named: nobody else has built it yetnot named: 9 others/)
    expect(page).not.toMatch(/class="(?:yes|no)"/)
  })
})
