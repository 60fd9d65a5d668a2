import { AdmissionError, NotFoundError } from '../errors.ts'
import type { App } from './app.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] as const

/** Every URL that `app` routes from now on, with its methods. */
export type Routed = ReadonlyMap<string, ReadonlySet<string>>

/** Writes down what is routed; to be called before any route is added. */
export function noteRoutes(app: App): Routed {
  const routed = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = routed.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    routed.set(url, methods)
  })
  return routed
}

/** Answers the wrong verb (405) and OPTIONS on all that is routed; to be called after the last route. */
export function addMethodAnswers(app: App, routed: Routed): void {
  for (const [url, methods] of routed) {
    const allow = [...METHODS.filter((method) => methods.has(method)), 'OPTIONS'].join(', ')
    const readable = methods.has('GET')
    app.route({
      method: METHODS.filter((method) => !methods.has(method)),
      url,
      schema: { hide: true },
      exposeHeadRoute: false,
      // Before the body is read.
      onRequest: (_request, reply, done) => {
        reply.header('allow', allow)
        done(new AdmissionError('METHOD_NOT_ALLOWED', `Here only ${allow} are answered.`))
      },
      handler: () => undefined,
    })
    app.options(url, { schema: { hide: true } }, (_request, reply) => {
      reply.header('allow', allow)
      if (readable) {
        reply
          .header('access-control-allow-origin', '*')
          .header('access-control-allow-methods', 'GET, HEAD')
        reply.header('access-control-allow-headers', '*').header('access-control-max-age', '86400')
      }
      return reply.code(204).send()
    })
  }
}

/** Answers whatever is not routed. */
export function addNotFound(app: App, routed: Routed): void {
  const known: readonly string[] = [...METHODS, 'OPTIONS']
  app.setNotFoundHandler((request, reply) => {
    if (!known.includes(request.method)) {
      reply.header('allow', known.join(', '))
      throw new AdmissionError('METHOD_NOT_ALLOWED', 'This verb is answered nowhere.')
    }
    const [, first = '', second] = (request.raw.url ?? '').split(/[/?]/, 3)
    const fixed = [...routed.keys()].some((url) => url.split('/')[1] === first)
    if (fixed && !(first === 'agreement' && second !== undefined)) {
      throw new NotFoundError(
        'PATH_NOT_FOUND',
        'There is nothing of this name; openapi.json says what there is.',
      )
    }
    throw new NotFoundError(
      'COLLECTION_UNKNOWN',
      'This node has no such collection; / says which it has.',
    )
  })
}
