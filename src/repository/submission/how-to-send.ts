import type { Collection } from '../../certification/admission.ts'
import { dialectOf } from '../../certification/dialects/dialects.ts'
import { encodePath } from '../../certification/path.ts'

/* How to send what something waits for, in sentences. */

export function howToSendSignature({ name }: Collection, segments: readonly string[]): string {
  const signaturePath = `/${encodePath([name, ...segments])}.asc`
  return `Send the detached signature: curl -T FILE.asc to ${signaturePath} on this node; or POST both at once as multipart fields "file" and "signature".`
}

export function howToSendKey({ dialect }: Collection, keyId: string): string {
  const how =
    dialectOf(dialect).envelope === 'in-toto'
      ? "send the rebuilder's key in PEM by POST to /keys on this node"
      : `gpg --armor --export ${keyId} | curl --data-binary @- to /keys on this node`
  return `Nobody has sent key ${keyId} yet: ${how}. Then it is verified and taken by itself.`
}
