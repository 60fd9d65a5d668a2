const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const DATE_TIME =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/

/**
 * Reads an RFC 5322 date-time as dpkg writes it (`Thu, 08 Aug 2019 04:37:07 +0000`).
 * Milliseconds since 1970, or undefined if it is none: `Date.parse` would take far more, and
 * differently from engine to engine.
 */
export function readDate(text: string): number | undefined {
  const match = DATE_TIME.exec(text)
  if (match === null) return undefined
  const [, day, monthName, year, hour, minute, second, sign, zoneHour, zoneMinute] = match
  const month = MONTHS.indexOf(monthName ?? '')
  if (month < 0) return undefined
  const local = Date.UTC(
    Number(year),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  // Date.UTC carries 31 February over into March; such a date says nothing.
  if (new Date(local).getUTCDate() !== Number(day)) return undefined
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000
  return sign === '-' ? local + zone : local - zone
}
