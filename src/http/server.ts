import accepts from '@fastify/accepts'
import rateLimit from '@fastify/rate-limit'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { type FastifyBaseLogger, type FastifyInstance, LogController, fastify } from 'fastify'
import * as Type from 'typebox'
import { openLogger } from '../base/logger.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { App } from './transport/app.ts'
import { limitBodies } from './answers/bodies-in-flight.ts'
import { limitConnections } from './transport/connections.ts'
import { addBuildinfoDebianNetRoutes } from './clients/buildinfo-debian-net.ts'
import { addHkpRoutes } from './clients/hkp.ts'
import { addRebuilderdRoutes } from './clients/rebuilderd.ts'
import { addEntityTags } from './answers/entity-tag.ts'
import { addScopeHeader } from './answers/scope-header.ts'
import { PLAIN_AJV } from './transport/form.ts'
import { answerClientError, answerFailure, answerWithAdvice } from './answers/failures.ts'
import { addMethodAnswers, addNotFound, noteRoutes } from './transport/methods.ts'
import { readQueryString } from './transport/query-string.ts'
import { answerInOrder } from './transport/one-at-a-time.ts'
import { MAX_BODY_BYTES } from './transport/request-body.ts'
import { addAgreementRoutes } from './routes/agreement.ts'
import { addArtifactRoutes } from './routes/artifacts.ts'
import { addLookupRoute } from './routes/lookup.ts'
import { addCertificationRoutes } from './routes/certifications.ts'
import { addCompareRoute } from './routes/compare.ts'
import { addEventsRoute } from './routes/events.ts'
import { addFeedRoutes } from './routes/feeds.ts'
import { addPagePartRoutes } from './routes/page-parts.ts'
import { addHomeRoutes } from './routes/home.ts'
import { addKeyRoutes } from './routes/keys.ts'
import { addNetworkRoute } from './routes/network.ts'
import { addOperationRoutes } from './routes/operations.ts'
import { addPolicyRoute } from './routes/policy.ts'
import { addPathRoutes } from './routes/paths.ts'
import { addPeersRoutes } from './routes/peers.ts'
import { addSearchRoute } from './routes/search.ts'
import { addRebuilderRoutes } from './routes/rebuilders.ts'
import { addWithheldRoutes } from './routes/withheld.ts'
import { addSubmissionRoutes } from './routes/submissions.ts'
import { addGuards, setAnswerHeaders } from './transport/guards.ts'

export interface HttpSettings {
  /** Where others reach this node, without a slash at the end; else what each request says. */
  readonly publicUrl?: string | undefined
  /** Addresses and networks in CIDR notation whose X-Forwarded-* are believed. */
  readonly trustProxy: readonly string[]
  /** Does it listen on its own machine alone? */
  readonly isLoopback?: boolean | undefined
  /** From one address (IPv6: one /64); 0 is no limit. */
  readonly submissionsPerMinute: number
  /** How often bodies that are on their way are looked at, in milliseconds; 2,500 where nothing is said. */
  readonly bodyPatience?: number | undefined
  /** At most, see {@link limitConnections}; 4,096 where nothing is said. */
  readonly connections?: number | undefined
  readonly logLevel: Parameters<typeof openLogger>[0]
  /** How long a whole request may take to arrive, in milliseconds. */
  readonly requestTimeout: number
}

/** Headers and request line together, in bytes: with it, how many headers there can be. */
const MAX_HEADER_BYTES = 16 * 1024
/** A socket that moves nothing for so long is closed, in milliseconds; longer than any answer takes. */
const IDLE_TIMEOUT = 120_000
/** Longer than the 60 s for which nginx keeps a connection to us. */
const KEEP_ALIVE_TIMEOUT = 72_000
const CONNECTIONS = 4096
/** What runs at closing time may end, within this many milliseconds. */
const CLOSING_GRACE = 3000

const collectionName = Type.String({ description: 'As GET / lists them' })
const path = Type.String({ description: 'Decoded segments joined by /; %2F is the same' })

/** openapi.json: the same for every node, whatever its collections are called. */
const DESCRIPTION: FastifyDynamicSwaggerOptions = {
  openapi: { openapi: '3.1.0', info: { title: 'Countersign', version: '1' } },
  transform: ({ schema, url, route: { config } }) => {
    const { collection, takes } = config ?? {}
    const generic = collection === undefined ? url : url.replace(`/${collection}`, '/:collection')
    const named = { collection: collectionName, ...(generic.endsWith('/*') && { path }) }
    const described = {
      ...schema,
      ...(takes !== undefined && { body: { content: contentOf(takes) } }),
      ...(collection !== undefined && { params: Type.Object(named) }),
    }
    return { schema: described, url: generic.replace(/\*$/, ':path') }
  },
}

const contentOf = (takes: Readonly<Record<string, Type.TSchema>>) =>
  Object.fromEntries(Object.entries(takes).map(([type, schema]) => [type, { schema }]))

/** The door for HTTP. Listens only when told: `server.listen({ host, port })`; `close()` ends within 5 s. */
export function buildServer(repository: NodeRepository, settings: HttpSettings): FastifyInstance {
  const log: FastifyBaseLogger = openLogger(settings.logLevel)
  const app: App = fastify({
    loggerInstance: log,
    // A child for every request costs more than the request line is worth.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    connectionTimeout: IDLE_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    requestTimeout: settings.requestTimeout,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: settings.trustProxy.length > 0 ? [...settings.trustProxy] : false,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: settings.requestTimeout,
      connectionsCheckingInterval: Math.min(settings.requestTimeout, 5000),
    },
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: 300,
      querystringParser: readQueryString,
    },
    ajv: { customOptions: PLAIN_AJV },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      setAnswerHeaders(request, reply)
      void answerFailure(error, request, reply)
    },
  })
  app.server.maxHeadersCount = 0 // node drops what is beyond it; MAX_HEADER_BYTES refuses instead
  answerInOrder(app.server)
  limitConnections(app.server, {
    connections: settings.connections ?? CONNECTIONS,
    trustProxy: settings.trustProxy,
  })

  if (settings.logLevel === 'debug')
    app.addHook('onResponse', (request, reply, done) => {
      const { method, raw, ip } = request
      const milliseconds = Math.round(reply.elapsedTime)
      log.debug({ method, url: raw.url, ip, status: reply.statusCode, milliseconds }, 'answered')
      done()
    })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error, request, reply) =>
    answerWithAdvice(repository, error, { request, reply }),
  )
  app.addHook('preClose', (done) => {
    setTimeout(() => app.server.closeAllConnections(), CLOSING_GRACE).unref()
    done()
  })

  app.register(accepts)
  app.register(rateLimit, { global: false })
  app.register(swagger, DESCRIPTION)
  addGuards(app, settings)
  addScopeHeader(app, repository)
  addEntityTags(app, repository)
  limitBodies(app, settings.bodyPatience)
  const routed = noteRoutes(app)
  addNotFound(app, routed)
  app.register(async (scope) => addRoutes(scope, repository, settings))
  app.register(async (scope) => addMethodAnswers(scope, routed))
  return app
}

function addRoutes(app: App, repository: NodeRepository, settings: HttpSettings): void {
  const { publicUrl } = settings
  addHomeRoutes(app, repository, { publicUrl })
  addPagePartRoutes(app)
  addSubmissionRoutes(app, repository)
  addPathRoutes(app, repository)
  addCertificationRoutes(app, repository)
  addCompareRoute(app, repository)
  addArtifactRoutes(app, repository)
  addSearchRoute(app, repository)
  addLookupRoute(app, repository)
  addAgreementRoutes(app, repository)
  addKeyRoutes(app, repository)
  addHkpRoutes(app, repository)
  addRebuilderRoutes(app, repository, { publicUrl })
  addRebuilderdRoutes(app, repository, { publicUrl })
  addWithheldRoutes(app, repository)
  addFeedRoutes(app, repository)
  addPeersRoutes(app, repository)
  addNetworkRoute(app, repository)
  addOperationRoutes(app, repository)
  addPolicyRoute(app, repository)
  addEventsRoute(app, repository)
  addBuildinfoDebianNetRoutes(app, repository, { publicUrl })
}
