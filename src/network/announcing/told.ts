/* What one peer was told, as far as it is still to be told: strangers decide how much there was to tell. */

export interface Told {
  /** Begins to tell everything again. */
  readonly begin: () => Telling
  readonly size: () => number
}

export interface Telling {
  /** Was it told something else under that name, or nothing? Everything that there is to tell is asked for. */
  readonly isNews: (name: string, value: string) => boolean
  /** All of it has gone out. What was not asked for is there no more, and is forgotten. */
  readonly done: () => void
}

/** For one peer that was told nothing yet. */
export function makeTold(): Told {
  let told: ReadonlyMap<string, string> = new Map()
  return {
    begin() {
      const now = new Map<string, string>()
      return {
        isNews(name, value) {
          now.set(name, value)
          return told.get(name) !== value
        },
        done: () => void (told = now),
      }
    },
    size: () => told.size,
  }
}
