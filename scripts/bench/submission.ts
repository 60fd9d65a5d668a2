import { postRequest } from './client.ts'
import type { Made } from './corpus.ts'

const BOUNDARY = 'countersign-bench'

/** The POST of a certification as curl would make it: the file itself, or a form with its signature beside it. */
export function submission({
  collection,
  bytes,
  signature,
}: Pick<Made, 'collection' | 'bytes' | 'signature'>): Buffer {
  const path = `/${collection}`
  if (signature === undefined) return postRequest(path, bytes, 'application/octet-stream')
  const part = (name: string, content: Buffer): Buffer[] => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    content,
    Buffer.from('\r\n'),
  ]
  const body = Buffer.concat([
    ...part('file', bytes),
    ...part('signature', signature),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ])
  return postRequest(path, body, `multipart/form-data; boundary=${BOUNDARY}`)
}
