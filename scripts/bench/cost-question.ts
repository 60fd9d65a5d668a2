/* What a question of the bench of costs is made of. */
import type { Crowd } from './crowd.ts'
import { postRequest } from './client.ts'

/** What is known of the node that is asked. */
export interface Asked extends Crowd {
  /** Of the aggregate: 2,488 artifacts. */
  readonly large: readonly string[]
  /** Ids in the crowded version. */
  readonly crowded: readonly string[]
  readonly feed: string
  /** Of that feed: a sequence that has a proof. */
  readonly sequence: number
  /** rebuilderd's numbers of one. */
  readonly build: string
}

export interface Question {
  readonly says: string
  /** A whole request of HTTP/1.1. */
  readonly request: (asked: Asked) => Buffer | Promise<Buffer>
  /** It does not end; it is left when this much of it has been read. */
  readonly isStream?: true
}

const HTML = 'text/html'
const JSON_TYPE = 'application/json'

export const getRequest = (path: string, accept = JSON_TYPE): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\n\r\n`)

type Path = string | ((asked: Asked) => string)

const pathOf = (path: Path, asked: Asked): string => (typeof path === 'string' ? path : path(asked))

export const get = (says: string, path: Path, accept = JSON_TYPE): Question => ({
  says,
  request: (asked) => getRequest(pathOf(path, asked), accept),
})
/** As a program and as a person asks. */
export const both = (says: string, path: Path): readonly Question[] => [
  get(says, path),
  get(`${says}, page`, path, HTML),
]
export const post = (
  says: string,
  path: string,
  body: (asked: Asked) => string | Buffer | Promise<string | Buffer>,
): Question => ({
  says,
  request: async (asked) =>
    postRequest(path, Buffer.from(await body(asked)), 'application/octet-stream'),
})
export const put = (
  says: string,
  path: (asked: Asked) => string,
  body: (asked: Asked) => Promise<Buffer>,
) => ({
  says,
  request: async (asked: Asked) => {
    const bytes = await body(asked)
    const head = `PUT ${path(asked)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${bytes.length}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), bytes])
  },
})
