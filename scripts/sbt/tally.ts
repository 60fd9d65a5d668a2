/** Counts what holds and what does not, and says each. */
export class Tally {
  #passed = 0
  #failed = 0

  async check(what: string, holds: () => Promise<void> | void): Promise<boolean> {
    try {
      await holds()
      this.#passed++
      process.stdout.write(`passed: ${what}\n`)
      return true
    } catch (error) {
      this.#failed++
      process.stdout.write(`FAILED: ${what}\n${String(error)}\n`)
      return false
    }
  }

  get failed(): number {
    return this.#failed
  }

  get line(): string {
    return `${this.#passed} passed, ${this.#failed} failed`
  }
}
