import type { NodeRepository } from '../../contract/node-repository.ts'
import { SCOPE_HEADER, scopeHeader } from '../../contract/scope.ts'
import type { App } from '../transport/app.ts'

/** Every answer of a node that does not keep everything says so. To be added before what answers out of a memory. */
export function addScopeHeader(app: App, { scope }: Pick<NodeRepository, 'scope'>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const kept = scope()
    if (kept !== undefined) reply.header(SCOPE_HEADER, scopeHeader(kept))
    done()
  })
}
