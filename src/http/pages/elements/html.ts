/** Markup that is safe to send: made only by {@link html} and {@link join}. */
class Markup {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }
  static of(strings: readonly string[], values: readonly Content[]): Markup {
    let text = strings[0] ?? ''
    values.forEach((value, index) => {
      text += render(value) + (strings[index + 1] ?? '')
    })
    return new Markup(text)
  }
  toString(): string {
    return this.#text
  }
}

/** What can stand in a template: text is escaped, nothing is left out. */
export type Content = Markup | string | number | null | undefined | readonly Content[]

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(value: Content): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Markup) return value.toString()
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (found) => ESCAPES[found] ?? '')
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}

/** What indents our source is a third of a large page. Nothing of it stands in a `pre`. */
const closeUp = (strings: TemplateStringsArray): readonly string[] =>
  strings.map((text) => text.replaceAll(/\n\s+/g, '\n'))

const closedUp = new WeakMap<TemplateStringsArray, readonly string[]>()

/** Every value is escaped, unless it is markup already. Attribute values must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let known = closedUp.get(strings)
  if (known === undefined) closedUp.set(strings, (known = closeUp(strings)))
  return Markup.of(known, values)
}
