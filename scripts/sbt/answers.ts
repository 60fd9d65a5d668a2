/** What a node says of a certification, as far as is asked here. */
export interface Certification {
  readonly id: string
  readonly state: string
  readonly rebuilder: string
  readonly signedBy: string
  readonly path: string
  readonly sources: readonly { readonly version: string }[]
  readonly artifacts: readonly Artifact[]
}

interface Artifact {
  readonly name: string
  readonly checksums: readonly { readonly algorithm: string; readonly hex: string }[]
}

export interface Agreement {
  readonly artifacts: readonly {
    readonly name: string
    readonly groups: readonly { readonly rebuilders: readonly { readonly fingerprint: string }[] }[]
  }[]
}

/** Asks a node as anybody would. */
export class Answers {
  readonly #node: string

  constructor(node: string) {
    this.#node = node
  }

  async addKey(armored: string): Promise<void> {
    const { status } = await fetch(`${this.#node}/keys`, { method: 'POST', body: armored })
    if (status >= 300) throw new Error(`the node answered the key with ${status}`)
  }

  /** Of this version and rebuilder, with everything that is known of each. */
  async certifications(version: string, rebuilder: string): Promise<readonly Certification[]> {
    const query = new URLSearchParams({ collection: 'maven', rebuilder })
    const found = await this.#json<readonly Certification[]>(`/certifications?${query.toString()}`)
    return Promise.all(
      found
        .filter(({ sources }) => sources.some((source) => source.version === version))
        .map(({ id }) => this.#json<Certification>(`/certifications/${id}.json`)),
    )
  }

  agreement(path: string): Promise<Agreement> {
    return this.#json<Agreement>(`/agreement/maven/${path}`)
  }

  async bytes(path: string): Promise<Buffer> {
    const answer = await fetch(this.#node + path)
    if (!answer.ok) throw new Error(`the node answered ${path} with ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  async #json<T>(question: string): Promise<T> {
    const answer = await fetch(this.#node + question, { headers: { accept: 'application/json' } })
    if (!answer.ok) throw new Error(`the node answered ${question} with ${answer.status}`)
    return (JSON.parse as (text: string) => T)(await answer.text())
  }
}
