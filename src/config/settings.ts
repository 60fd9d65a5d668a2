import { availableParallelism } from 'node:os'
import { NETWORK_SETTINGS } from './network-settings.ts'
import { type Setting, setting } from './setting.ts'
import {
  readAddress,
  readInteger,
  readNetwork,
  readOneOf,
  readPath,
  readPublicUrl,
} from './values.ts'

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const MEBIBYTE = 1024 * 1024

/** Every setting but the tables, which only a file can have. */
export const SETTINGS = {
  data: setting({
    name: 'data',
    value: 'DIR',
    help: 'folder that holds everything this node keeps',
    kind: 'text',
    fallback: ['data'],
    read: readPath,
  }),
  http: setting({
    name: 'http',
    value: 'HOST:PORT',
    help: 'where the HTTP API listens; port 0 takes a free one',
    kind: 'text',
    fallback: ['127.0.0.1:8000'],
    read: readAddress,
  }),
  publicUrl: setting({
    name: 'public-url',
    value: 'URL',
    help: 'the address by which others reach this node',
    kind: 'text',
    fallback: [],
    read: readPublicUrl,
  }),
  ...NETWORK_SETTINGS,
  keyring: setting({
    name: 'keyring',
    value: 'FILE',
    help: 'public keys to start with; repeat it for more files',
    kind: 'list',
    fallback: [],
    read: readPath,
  }),
  pagesPolicy: setting({
    name: 'pages-policy',
    value: 'FILE',
    help: 'policy whose operators are counted apart on pages; without one nobody is',
    kind: 'text',
    fallback: [],
    read: readPath,
  }),
  trustProxy: setting({
    name: 'trust-proxy',
    value: 'ADDRESS',
    help: 'proxy whose X-Forwarded-For is believed, address or network; repeat it for more',
    kind: 'list',
    fallback: [],
    read: readNetwork,
  }),
  submissionsPerMinute: setting({
    name: 'submissions-per-minute',
    value: 'N',
    help: 'submissions taken from one address per minute; 0 is no limit',
    kind: 'integer',
    fallback: ['600'],
    read: readInteger(0, 1_000_000),
  }),
  waitingItems: setting({
    name: 'waiting-items',
    value: 'N',
    help: 'documents that may wait for a key or a signature',
    kind: 'integer',
    fallback: ['1000'],
    read: readInteger(0, 1_000_000),
  }),
  waitingBytes: setting({
    name: 'waiting-bytes',
    value: 'N',
    help: 'bytes that these may take together',
    kind: 'integer',
    fallback: [String(64 * MEBIBYTE)],
    read: readInteger(0, 16_384 * MEBIBYTE),
  }),
  waitingHours: setting({
    name: 'waiting-hours',
    value: 'N',
    help: 'hours that one of these may wait',
    kind: 'integer',
    fallback: ['24'],
    read: readInteger(1, 8760),
  }),
  verificationThreads: setting({
    name: 'verification-threads',
    value: 'N',
    help: 'threads that verify signatures; 0 verifies in the main one',
    kind: 'integer',
    fallback: [String(Math.max(1, availableParallelism() - 1))],
    read: readInteger(0, 256),
  }),
  logLevel: setting({
    name: 'log-level',
    value: 'LEVEL',
    help: `what is logged to stderr, as JSON lines: ${LOG_LEVELS.join(', ')}`,
    kind: 'text',
    fallback: ['error'],
    read: readOneOf(LOG_LEVELS),
  }),
} as const

/** The rows in the order of the help. */
export const ROWS: readonly Setting<unknown>[] = Object.values(SETTINGS)

/** Keys of the file that only a file can have: tables. */
export const TABLES: readonly string[] = ['collection', 'keep']

/** Names of the file's keys: the rows and the tables. */
export const FILE_KEYS: readonly string[] = [...ROWS.map((row) => row.name), ...TABLES]

/** `public-url` is `COUNTERSIGN_PUBLIC_URL`. */
export const environmentName = (name: string): string =>
  `COUNTERSIGN_${name.toUpperCase().replaceAll('-', '_')}`

/** For `parseArgs`. `--config` is the file itself. */
export const SETTING_OPTIONS: Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple: boolean }>
> = Object.fromEntries(
  [...ROWS, { name: 'config', kind: 'text' }].map((row) => [
    row.name,
    { type: row.kind === 'switch' ? 'boolean' : 'string', multiple: row.kind === 'list' },
  ]),
)

/** The lines of `--help` that tell of the settings, as long as they are. */
export const SETTING_HELP: string = [
  '  --config FILE                 read settings from a TOML file',
  ...ROWS.map((row) => {
    const shown = row.kind === 'switch' ? [] : row.fallback
    const standard = shown.length > 0 ? ` (${shown.join(', ')})` : ''
    return `  ${`--${row.name} ${row.value}`.padEnd(29)} ${row.help}${standard}`
  }),
].join('\n')
