import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { ProblemBody } from '../../src/contract/problem.ts'

/** What a route says of its answers. */
interface Described {
  readonly response?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: TSchema }>> }>
  >
}

const PROBLEM = 'application/problem+json'
const JSON_TYPE = /^application\/(?:problem\+)?json(?:;|$)/

/**
 * Whatever that server answers in JSON must be what the route itself describes, member for member; otherwise the answer is a
 * failure of this program. To be called before the server is ready.
 */
export function holdToDescriptions(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '')
    const [media = ''] = JSON_TYPE.test(type) ? type.split(';') : []
    const isRead = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (media === '' || !isRead || payload.length === 0) return payload
    // a refusal before any route was found is a problem all the same
    const schema = schemaOf(reply, media) ?? (media === PROBLEM ? ProblemBody : undefined)
    const said: unknown = JSON.parse(payload.toString())
    const at = `${request.method} ${request.url} ${reply.statusCode}`
    if (schema === undefined) throw new Error(`${at}: the route does not describe ${media}`)
    const faults = [...Value.Errors(schema, said)]
    if (faults.length > 0) throw new Error(`${at}: ${JSON.stringify(faults)}`)
    if (!isDeepStrictEqual(Value.Clean(schema, structuredClone(said)), said))
      throw new Error(`${at}: the route does not describe all of ${payload.toString()}`)
    return payload
  })
}

function schemaOf(reply: FastifyReply, media: string): TSchema | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as our routes describe themselves
  const { response } = (reply.routeOptions.schema ?? {}) as Described
  const status = String(reply.statusCode)
  return (response?.[status] ?? response?.[`${status.charAt(0)}xx`])?.content?.[media]?.schema
}
