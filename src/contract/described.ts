/* How answers are described in openapi.json. */
import * as Type from 'typebox'
import { ProblemBody } from './problem.ts'

/** An answer in JSON. A schema with a `title` stands by that name in openapi.json, once. */
export const answered = (schema: Type.TSchema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** How an answer that is not JSON is described. */
export const media = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: Type.String() } },
})

/** An answer without a body. */
export const bare = (description: string) => ({ type: 'null', description })

/** A file as it is. */
export const BYTES = {
  'application/octet-stream': Type.String({ contentMediaType: 'application/octet-stream' }),
}

const problem = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: ProblemBody } },
}
/** Problem JSON, for every status that is not named. */
export const problems = { '4xx': problem, '5xx': problem }
