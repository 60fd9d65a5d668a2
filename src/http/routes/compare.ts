import { type Static, Type } from 'typebox'
import { NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { negotiatesHtml } from '../transport/negotiation.ts'
import { comparisonPage } from '../pages/agreement/comparison.ts'
import { namesOf } from '../answers/rebuilder-names.ts'
import { sendHtml, sendJson } from '../answers/responses.ts'
import { nullable, problems, SummaryBody } from '../../contract/schemas.ts'

const Id = Type.String({ pattern: '^[0-9a-f]{64}$' })
const CompareQuery = Type.Object({ a: Id, b: Id }, { additionalProperties: false })
const ComparisonBody = Type.Object({
  left: SummaryBody,
  right: SummaryBody,
  differences: Type.Array(
    Type.Object({
      field: Type.String(),
      item: Type.String(),
      left: nullable(Type.String()),
      right: nullable(Type.String()),
    }),
  ),
  equal: Type.Integer(),
})

/** `GET /compare?a=&b=`: in what two certifications differ. */
export function addCompareRoute(app: App, repository: NodeRepository): void {
  app.get<{ Querystring: Static<typeof CompareQuery> }>(
    '/compare',
    {
      schema: {
        summary: 'In what two certifications differ',
        tags: ['certifications'],
        querystring: CompareQuery,
        response: { 200: ComparisonBody, ...problems },
      },
    },
    async (request, reply) => {
      const { a, b } = request.query
      const asHtml = negotiatesHtml(request, reply)
      const comparison = await repository.compare(a, b)
      if (comparison === undefined)
        throw new NotFoundError('CERTIFICATION_NOT_FOUND', 'This node does not have both of them.')
      if (!asHtml) return sendJson(reply, comparison)
      const { left, right } = comparison
      const names = await namesOf(repository, [left.rebuilder, right.rebuilder])
      return sendHtml(reply, comparisonPage(comparison, names))
    },
  )
}
