import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the URL names: collections are served alike, and described once. */
    readonly collection?: string
    /** By media type, what can be sent: described only, since bytes are read by those who take them. */
    readonly takes?: Readonly<Record<string, TSchema>>
  }
}

/** fastify as every file of routes gets it: schemas check requests, and only describe answers. */
export type App = FastifyInstance
