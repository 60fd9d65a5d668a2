import type { NodeRepository } from '../../repository/node-repository.ts'
import type { App } from '../app.ts'
import { negotiatesHtml } from '../negotiation.ts'
import { statusPage } from '../pages/status.ts'
import { sendHtml, sendJson, sendText } from '../responses.ts'
import { NoQuery } from '../query-schemas.ts'
import { media, problems, StatusBody } from '../schemas.ts'

/** Is it alive, can it answer, how is it. */
export function addOperationRoutes(app: App, repository: NodeRepository): void {
  const text = { 200: media('text/plain', 'Yes') }
  app.get(
    '/health',
    { schema: { summary: 'Does this process answer', tags: ['operations'], response: text } },
    async (_request, reply) => sendText(reply.header('cache-control', 'no-store'), 'ok\n'),
  )

  app.get(
    '/ready',
    {
      schema: {
        summary: 'Is what reachable configured peers have here, and in the indexes',
        tags: ['operations'],
        response: { ...text, 503: media('text/plain', 'Not yet') },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      if (await repository.ready()) return sendText(reply, 'ready\n')
      return sendText(reply.code(503).header('retry-after', '1'), 'catching up\n')
    },
  )

  app.get(
    '/status',
    {
      schema: {
        summary: 'What this node has',
        tags: ['operations'],
        querystring: NoQuery,
        response: { 200: StatusBody, ...problems },
      },
    },
    async (request, reply) => {
      const asHtml = negotiatesHtml(request, reply.header('cache-control', 'no-store'))
      const status = await repository.status()
      return asHtml ? sendHtml(reply, statusPage(status)) : sendJson(reply, status)
    },
  )
}
