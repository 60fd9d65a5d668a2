import * as Type from 'typebox'
import { NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { comparisonPage } from '../pages/agreement/comparison.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { ComparisonBody } from '../../contract/certification.ts'
import { answered, problems } from '../../contract/described.ts'
import { closed, Id } from '../../contract/schema.ts'

const CompareQuery = Type.Object({ a: Id, b: Id }, closed)
/** `GET /compare?a=&b=`: in what two certifications differ. */
export function addCompareRoute(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: Type.Static<typeof CompareQuery> }>(
    '/compare',
    {
      schema: {
        operationId: 'compareCertifications',
        summary: 'In what two certifications differ',
        tags: ['certifications'],
        querystring: CompareQuery,
        response: { 200: answered(ComparisonBody, 'What differs'), ...problems },
      },
    },
    async (request, reply) => {
      const { a, b } = request.query
      const asHtml = negotiatesHtml(request, reply)
      const comparison = await repository.compare(a, b)
      if (comparison === undefined)
        throw new NotFoundError('CERTIFICATION_NOT_FOUND', 'This node does not have both of them.')
      if (!asHtml) return sendJson(reply, ComparisonBody, comparison)
      const { left, right } = comparison
      const names = await namesOf(repository, [left.rebuilder, right.rebuilder])
      return sendHtml(reply, comparisonPage(comparison, names))
    },
  )
}
