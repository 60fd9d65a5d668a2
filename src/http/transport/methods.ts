import { AdmissionError, NotFoundError } from '../../base/errors.ts'
import type { App } from './app.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] as const

interface Verbs {
  readonly methods: Set<string>
  /** Those that change nothing. */
  readonly readable: Set<string>
}

/** Every URL that `app` routes from now on, with its methods. */
export type Routed = ReadonlyMap<string, Verbs>

/** Writes down what is routed; to be called before any route is added. */
export function noteRoutes(app: App): Routed {
  const routed = new Map<string, Verbs>()
  app.addHook('onRoute', ({ url, method, config }) => {
    const there = routed.get(url) ?? { methods: new Set(), readable: new Set() }
    for (const one of [method].flat()) {
      there.methods.add(one)
      if (one === 'GET' || one === 'HEAD' || config?.onlyReads === true) there.readable.add(one)
    }
    routed.set(url, there)
  })
  return routed
}

/** Answers the wrong verb (405) and OPTIONS on all that is routed; to be called after the last route. */
export function addMethodAnswers(app: App, routed: Routed): void {
  for (const [url, { methods, readable }] of routed) {
    const allow = [...METHODS.filter((method) => methods.has(method)), 'OPTIONS'].join(', ')
    // the routes below are noted too
    const reads = METHODS.filter((method) => readable.has(method))
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
      if (reads.length > 0) {
        reply
          .header('access-control-allow-origin', '*')
          .header('access-control-allow-methods', reads.join(', '))
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
    if (fixed && !(first === 'agreement' && second !== undefined))
      throw new NotFoundError(
        'PATH_NOT_FOUND',
        'There is nothing of this name; openapi.json says what there is.',
      )
    throw new NotFoundError(
      'COLLECTION_UNKNOWN',
      'This node has no such collection; / says which it has.',
    )
  })
}
