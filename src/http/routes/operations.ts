import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { statusPage } from '../pages/status.ts'
import { sendHtml, sendJson, sendText } from '../answers/responses.ts'
import { NoQuery, ReadyQuery } from '../../contract/query-schemas.ts'
import { answered, media, problems } from '../../contract/described.ts'
import { ReadyBody, StatusBody } from '../../contract/status.ts'

/** Is it alive, can it answer, how is it. */
export function addOperationRoutes(app: App, repository: NodeRepository): void {
  const text = { 200: media('text/plain', 'Yes') }
  app.get(
    '/health',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Does this process answer',
        tags: ['operations'],
        response: text,
      },
    },
    async (_request, reply) => sendText(reply.header('cache-control', 'no-store'), 'ok\n'),
  )

  app.get<{ Querystring: ReadyQuery }>(
    '/ready',
    {
      schema: {
        operationId: 'getReady',
        summary: 'Is what reachable configured peers have here, and in the indexes',
        tags: ['operations'],
        querystring: ReadyQuery,
        response: {
          200: answered(ReadyBody, 'Yes'),
          503: answered(ReadyBody, 'Not yet'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const [ready, writable] = await Promise.all([repository.ready(), repository.writable()])
      reply.header('cache-control', 'no-store')
      const isWanted = ready && (writable || request.query.for !== 'submissions')
      if (!isWanted) reply.code(503).header('retry-after', ready ? '10' : '1')
      return sendJson(reply, ReadyBody, { ready, writable, isolated: repository.isolated() })
    },
  )

  app.get(
    '/status',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'What this node has',
        tags: ['operations'],
        querystring: NoQuery,
        response: { 200: answered(StatusBody, 'Of this moment'), ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const status = await repository.status()
      return asHtml ? sendHtml(reply, statusPage(status)) : sendJson(reply, StatusBody, status)
    },
  )
}
