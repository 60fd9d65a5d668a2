/* The picture of an activity: a bar for each month or year, its words, and the same as a table. */
import type { Activity } from '../../../contract/activity.ts'
import { type Content, html } from '../elements/html.ts'
import { countText } from '../elements/references.ts'
import { table } from '../elements/table.ts'

/** In units of the picture, which is stretched to the width of the page. */
const STEP = 10
const WIDTH = 8
const HEIGHT = 100
/** So that one beside ten thousand is seen. */
const LEAST = 2

/** @param certifications all that there are, of which the newest may have been counted only */
export function activityPicture(activity: Activity, certifications: number): Content {
  const { bars, per } = activity
  const [first, last] = [bars[0], bars.at(-1)]
  const picture =
    first === undefined || last === undefined
      ? html`<p>Nothing of it is dated in the past.</p>`
      : html`${svg(activity)}
          <p class="axis quiet">
            <span>${first.period}</span> <span>${mostOf(bars)}</span> <span>${last.period}</span>
          </p>
          <details>
            <summary>The same as a table</summary>
            ${table(
              [per, 'certifications'],
              bars
                .filter((bar) => bar.certifications > 0)
                .map((bar) => [bar.period, countText(bar.certifications)]),
            )}
          </details>`
  return html`${picture}
    <p class="quiet">
      By the time that its signatures say, or where they say none, when a node accepted
      them.${remarks(activity, certifications)}
    </p>`
}

function svg({ bars, per }: Activity): Content {
  const most = Math.max(...bars.map((bar) => bar.certifications))
  return html`<svg
    class="bars"
    role="img"
    aria-label="${labelOf({ bars, per })}"
    viewBox="0 0 ${bars.length * STEP} ${HEIGHT}"
    preserveAspectRatio="none"
    width="100%"
    height="96"
  >
    ${bars.map(({ period, certifications }, at) => {
      const x = at * STEP + (STEP - WIDTH) / 2
      const height = certifications === 0 ? 0 : Math.max(LEAST, (certifications / most) * HEIGHT)
      return html`<g>
        <title>${period}: ${countText(certifications)}</title>
        <rect class="space" x="${at * STEP}" y="0" width="${STEP}" height="${HEIGHT}" />
        <rect
          x="${x}"
          y="${rounded(HEIGHT - height)}"
          width="${WIDTH}"
          height="${rounded(height)}"
        />
      </g> `
    })}
  </svg>`
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10)

function labelOf({ bars, per }: Pick<Activity, 'bars' | 'per'>): string {
  const sum = bars.reduce((total, { certifications }) => total + certifications, 0)
  const span = `from ${bars[0]?.period ?? ''} to ${bars.at(-1)?.period ?? ''}`
  return `Certifications for each ${per} ${span}: ${countText(sum)} in all, ${mostOf(bars)}.`
}

function mostOf(bars: Activity['bars']): string {
  const [most] = bars.toSorted((one, other) => other.certifications - one.certifications)
  return most === undefined ? '' : `most: ${countText(most.certifications)} in ${most.period}`
}

/** What the picture does not show. */
function remarks({ counted, earlier, future, bars }: Activity, certifications: number): string {
  const first = bars[0]?.period ?? ''
  return [
    counted < certifications
      ? ` Only the newest ${countText(counted)} of ${countText(certifications)} are counted.`
      : '',
    earlier > 0 ? ` ${countText(earlier)} more ${are(earlier)} dated before ${first}.` : '',
    future > 0 ? ` ${countText(future)} more ${are(future)} dated in the future.` : '',
  ].join('')
}

const are = (count: number): string => (count === 1 ? 'is' : 'are')
