import type { FastifyInstance } from 'fastify'

/** fastify as every file of routes gets it: schemas check requests, and only describe answers. */
export type App = FastifyInstance
