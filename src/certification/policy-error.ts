import { ConfigError } from '../base/errors.ts'

/** Of keys and numbers, as a TOML file has them. */
export type Path = readonly (string | number)[]

/** What is wrong, and where: keys of tables and positions in lists. */
export class PolicyError extends ConfigError {
  readonly path: Path
  constructor(path: Path, message: string) {
    super('POLICY_INVALID', message)
    this.path = path
  }
}
