/* JSON Schemas with a `title` stand once in a document, by that name. */

interface Named {
  readonly schema: Readonly<Record<string, unknown>>
  readonly text: string
  /** One use may say what it is there. */
  readonly descriptions: Set<unknown>
}

/**
 * An OpenAPI document with a `$ref` for each schema that has a title, and these schemas by their titles.
 * @throws Error if two schemas have one title
 */
export function nameSchemas({ paths, ...document }: object & { readonly paths?: unknown }): object {
  const named = new Map<string, Named>()
  collect(paths, named)
  const schemas: Record<string, unknown> = {}
  for (const [title, { schema, descriptions }] of named) {
    const [description, ...others] = descriptions
    const isShared = others.length === 0 && description !== undefined
    schemas[title] = { title, ...(isShared && { description }), ...referred(schema, named) }
  }
  return { ...document, components: { schemas }, paths: refer(paths, named) }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function collect(value: unknown, named: Map<string, Named>): void {
  if (!isObject(value)) return
  const { title, description, ...schema } = value
  if (typeof title === 'string') {
    const text = JSON.stringify(schema)
    const there = named.get(title)
    if (there !== undefined) {
      if (there.text !== text) throw new Error(`Two schemas are called ${title}.`)
      there.descriptions.add(description)
      // what is in it was seen
      return
    }
    named.set(title, { schema, text, descriptions: new Set([description]) })
  }
  for (const member of Object.values(value)) collect(member, named)
}

function refer(value: unknown, named: ReadonlyMap<string, Named>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => refer(item, named))
  if (!isObject(value)) return value
  const { title, description } = value
  const uses = typeof title === 'string' ? named.get(title) : undefined
  if (uses === undefined) return referred(value, named)
  const isOwn = uses.descriptions.size > 1 && description !== undefined
  return { $ref: `#/components/schemas/${String(title)}`, ...(isOwn && { description }) }
}

function referred(
  value: Readonly<Record<string, unknown>>,
  named: ReadonlyMap<string, Named>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, refer(member, named)]),
  )
}
