import { describe, expect, test } from 'vitest'
import { activityOf } from '../../../src/repository/queries/activity.ts'
import type { Activity } from '../../../src/contract/activity.ts'

const NOW = Date.parse('2026-11-28T12:00:00Z')

/** What was signed at these days. */
const activity = (...days: readonly string[]): Activity =>
  activityOf(
    days
      .map((day) => Date.parse(day))
      .filter((time) => time <= NOW)
      .toSorted((one, other) => other - one),
    NOW,
    days.filter((day) => Date.parse(day) > NOW).length,
  )

/** Bars that are not empty, as `2026-11 3`. */
const shown = ({ bars }: Activity): readonly string[] =>
  bars.flatMap(({ period, certifications }) =>
    certifications === 0 ? [] : [`${period} ${certifications}`],
  )

describe('the activity', () => {
  test('of a few days is a year of months that ends now', () => {
    const found = activity('2026-11-01', '2026-11-28', '2026-09-30T23:59:59Z')
    expect(shown(found)).toEqual(['2026-09 1', '2026-11 2'])
    expect(found.bars.map(({ period }) => period)).toEqual([
      '2025-12',
      ...Array.from({ length: 11 }, (_, at) => `2026-${String(at + 1).padStart(2, '0')}`),
    ])
    expect(found).toMatchObject({ per: 'month', earlier: 0, future: 0, counted: 3 })
  })

  test('of five years is sixty months, and of more it is years', () => {
    expect(activity('2021-12-01', '2026-01-01').bars).toHaveLength(60)
    const longer = activity('2021-11-30', '2022-01-01', '2026-01-01')
    expect(longer.per).toBe('year')
    expect(shown(longer)).toEqual(['2021 1', '2022 1', '2026 1'])
  })

  test('that ended long ago shows how long nothing came since', () => {
    const found = activity('2015-01-01', '2016-01-01', '2016-02-01')
    expect(shown(found)).toEqual(['2015 1', '2016 2'])
    expect(found.bars.at(-1)).toEqual({ period: '2026', certifications: 0 })
  })

  test('is told in words where one date of 1970 would make the picture unreadable', () => {
    const found = activity('1970-01-01', '2026-10-01', '2026-11-01')
    expect(shown(found)).toEqual(['2026-10 1', '2026-11 1'])
    expect(found).toMatchObject({ per: 'month', earlier: 1, counted: 3 })
  })

  test('is told in words where something is dated in the future', () => {
    const found = activity('2026-11-01', '2106-02-07')
    expect(shown(found)).toEqual(['2026-11 1'])
    expect(found).toMatchObject({ future: 1, counted: 2 })
    expect(activity('2106-02-07')).toMatchObject({ bars: [], future: 1 })
    expect(activity()).toMatchObject({ bars: [], future: 0, counted: 0 })
  })

  test('of somebody who only dates everything 1970 is still a picture', () => {
    expect(shown(activity('1970-01-01', '1970-01-01', '1970-05-01'))).toEqual(['1970 3'])
  })
})
