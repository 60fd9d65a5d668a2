import { array, assert, date, property } from 'fast-check'
import { expect, test } from 'vitest'
import { activityOf } from '../../../src/repository/queries/activity.ts'

const NOW = Date.parse('2026-11-28T12:00:00Z')

test('an activity has 12 to 60 bars and leaves out one in twenty at most, whatever dates somebody claims', () => {
  const past = date({ min: new Date(0), max: new Date(NOW), noInvalidDate: true })
  assert(
    property(array(past, { minLength: 1, maxLength: 200 }), (dates) => {
      const times = dates.map(Number).toSorted((one, other) => other - one)
      const { bars, earlier } = activityOf(times, NOW, 0)
      const sum = bars.reduce((total, { certifications }) => total + certifications, 0)
      expect(bars.length).toBeGreaterThanOrEqual(12)
      expect(bars.length).toBeLessThanOrEqual(60)
      expect(sum + earlier).toBe(dates.length)
      expect(earlier).toBeLessThanOrEqual(Math.max(1, dates.length / 20))
    }),
  )
})
