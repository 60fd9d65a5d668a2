import { readKeyName } from '../../base/fingerprint.ts'
import type { FastifyReply } from 'fastify'
import * as Type from 'typebox'
import { shareOf } from '../../base/address-share.ts'
import { MalformedError, NotFoundError } from '../../base/errors.ts'
import type { NodeRepository } from '../../contract/node-repository.ts'
import type { App } from '../transport/app.ts'
import { bodyOf } from '../transport/request-body.ts'
import { sendJson } from '../answers/responses.ts'
import { NoQuery } from '../../contract/query-schemas.ts'
import { BYTES, answered, media, problems } from '../../contract/described.ts'
import { KeysAddedBody, type KeyAdded } from '../../contract/submission.ts'

/** Public keys: one by its fingerprint, and new ones. */
export function addKeyRoutes(app: App, repository: NodeRepository): void {
  app.get<{ Params: { fingerprint: string } }>(
    '/keys/:fingerprint',
    {
      schema: {
        operationId: 'getKey',
        summary: 'A public key, armored; one of in-toto in PEM',
        tags: ['keys'],
        params: Type.Object({
          fingerprint: Type.String({ description: 'Fingerprint or long key id' }),
        }),
        querystring: NoQuery,
        response: {
          200: media('application/pgp-keys', 'The key as this node keeps it'),
          ...problems,
        },
      },
    },
    async (request, reply) =>
      sendKey(reply, await repository.key(keyNameOf(request.params.fingerprint))),
  )

  app.post(
    '/keys',
    {
      config: { takes: BYTES },
      schema: {
        operationId: 'addKeys',
        summary: 'Add public keys',
        description:
          'Armored or binary, or of in-toto in PEM, as the body. Revocations alone, as gpg --gen-revoke makes them, too.',
        tags: ['keys'],
        querystring: NoQuery,
        response: {
          201: answered(KeysAddedBody, 'Something in them was new'),
          200: answered(KeysAddedBody, 'All of it was known'),
          202: answered(KeysAddedBody, 'A revocation that waits for its key or subkey'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const added = await repository.addKeys(bodyOf(request), shareOf(request.ip))
      return sendAdded(reply, added)
    },
  )
}

function sendAdded(reply: FastifyReply, added: readonly KeyAdded[]) {
  const [first] = added
  if (added.length === 1 && first !== undefined && first.waits !== true)
    reply.header('location', `/keys/${first.fingerprint}`)
  const waits = added.some((key) => key.waits === true)
  return sendJson(
    reply.code(added.some((key) => key.added) ? 201 : waits ? 202 : 200),
    KeysAddedBody,
    added,
  )
}

/**
 * Upper-case hex without `0x`.
 * @throws MalformedError PATH_INVALID
 */
function keyNameOf(text: string): string {
  const name = readKeyName(text)
  if (name === undefined)
    throw new MalformedError(
      'PATH_INVALID',
      'Give a fingerprint or a key id of 16 hex digits; shorter ones are ambiguous.',
    )
  return name
}

/** @throws NotFoundError KEY_NOT_FOUND */
export function sendKey(reply: FastifyReply, armored: string | undefined) {
  if (armored === undefined)
    throw new NotFoundError('KEY_NOT_FOUND', 'This node does not have that key.')
  const type = armored.startsWith('-----BEGIN PGP ')
    ? 'application/pgp-keys'
    : 'application/x-pem-file'
  return reply.header('content-type', type).send(armored)
}
