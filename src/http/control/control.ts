/* The operator's door: a Unix socket in the data folder that only its owner can open. Never on a public port. */
import { unlink } from 'node:fs/promises'
import type { Server } from 'node:net'
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify'
import { controlSocket } from '../../base/control-socket.ts'
import { ConfigError } from '../../base/errors.ts'
import type { WithholdingDoor } from '../../contract/withholding.ts'
import { answerFailure } from '../answers/failures.ts'
import { PLAIN_AJV } from '../transport/form.ts'
import { problemOf, sendProblem } from '../answers/responses.ts'
import { addPeerRoutes, type PeerDoor } from './peer-routes.ts'
import { addWithholdRoutes } from './withhold-routes.ts'

const MAX_BODY_BYTES = 1024 * 1024

/** What the operator can ask for; it listens nowhere yet. */
export function makeControl(
  repository: Pick<WithholdingDoor, 'withhold' | 'restoreWithheld'>,
  peers: PeerDoor,
  logger: FastifyBaseLogger,
): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    bodyLimit: MAX_BODY_BYTES,
    ajv: { customOptions: PLAIN_AJV },
  })
  app.setErrorHandler((error, request, reply) =>
    // on the public door a setting is the operator's affair; here the operator asks
    error instanceof ConfigError
      ? sendProblem({ request, reply }, { ...problemOf(error), status: 400, detail: error.message })
      : answerFailure(error, request, reply),
  )
  addWithholdRoutes(app, repository)
  addPeerRoutes(app, peers)
  return app
}

/**
 * Listens on `control.sock` in the data folder, which must be locked by this node: a socket that is there is a dead one's.
 * Whoever opens it closes it, and with that the server that it was given.
 * @throws ConfigError LISTEN_FAILED
 */
export async function openControl(
  data: string,
  app: FastifyInstance,
): Promise<{ readonly close: () => Promise<void> }> {
  await app.ready()
  const { path, release } = await controlSocket(data)
  try {
    await unlink(path).catch(() => undefined)
    await listenAlone(app.server, path)
  } catch (cause) {
    await release()
    await app.close()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      'LISTEN_FAILED',
      `The control socket in ${data} cannot be opened (${reason}). Choose a --data on a disk that can hold sockets.`,
      { cause },
    )
  }
  return {
    close: async () => {
      await app.close()
      await release()
    },
  }
}

/** Nobody else may open it, not even for a moment. The socket is made before `listen` returns. */
function listenAlone(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const before = process.umask(0o177)
    try {
      server.once('error', reject)
      server.listen(path, () => resolve())
    } finally {
      process.umask(before)
    }
  })
}
