import { statementsIn } from './statements.ts'

// oxlint-disable-next-line import/no-default-export -- a worker's task is its module's default export
export default statementsIn
