import { fastify } from 'fastify'
import { onTestFinished } from 'vitest'
import { addWithholdRoutes } from '../../src/http/control/withhold-routes.ts'
import { answerFailure } from '../../src/http/answers/failures.ts'
import { PLAIN_AJV } from '../../src/http/transport/form.ts'
import { buildServer } from '../../src/http/server.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { SETTINGS, submitHello } from './door.ts'

/** A public door and the operator's, over one node with three certifications of hello. */
export async function openBothDoors() {
  const opened = await openTestData(await temporaryDirectory())
  onTestFinished(() => opened.close())
  const app = buildServer(opened.repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  const control = fastify({ ajv: { customOptions: PLAIN_AJV } })
  onTestFinished(() => control.close())
  control.setErrorHandler(answerFailure)
  addWithholdRoutes(control, opened)
  const ids = await submitHello(app)
  const withhold = (payload: object) =>
    control.inject({ method: 'POST', url: '/withhold', payload })
  const restore = (payload: object) =>
    control.inject({ method: 'POST', url: '/restore-withheld', payload })
  return { opened, app, ids, withhold, restore }
}
