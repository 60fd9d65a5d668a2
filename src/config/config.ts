import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import type { Policy } from '../certification/policy.ts'
import { loadPolicy } from '../check/policy-file.ts'
import { type CollectionConfig, DEFAULT_COLLECTIONS } from './collections.ts'
import { fileCollections, fileKeepRules } from './file-tables.ts'
import {
  defaultLayer,
  type Environment,
  environmentLayer,
  fileLayer,
  flagLayer,
  type Flags,
  type Layer,
} from './layers.ts'
import { type LogLevel, SETTINGS } from './settings.ts'
import type { Setting } from './setting.ts'
import { counted } from '../base/counted.ts'
import { type Address, ValueError } from './values.ts'
import { ConfigError } from '../base/errors.ts'
import type { NetworkSettings } from '../contract/networking.ts'
import type { KeepRule } from '../contract/scope.ts'

/** Every setting of a node, complete. Paths are absolute. */
export interface Config {
  readonly data: string
  readonly http: Address
  /** Without a slash at its end. */
  readonly publicUrl?: string
  /** Files of public keys, armored or binary. */
  readonly keyrings: readonly string[]
  readonly collections: readonly CollectionConfig[]
  /** Takes no submissions, writes no feed. */
  readonly readOnly: boolean
  readonly network: NetworkSettings
  /** What is kept of the feeds of others; without a rule everything. */
  readonly keep: readonly KeepRule[]
  /** Whose word colours a page; nobody's if absent. */
  readonly pagesPolicy?: PagesPolicy
  /** Addresses and networks in CIDR notation. */
  readonly trustProxy: readonly string[]
  /** From one address; 0 is no limit. */
  readonly submissionsPerMinute: number
  readonly waiting: { readonly items: number; readonly bytes: number; readonly hours: number }
  /** 0: verify in the main thread. */
  readonly verificationThreads: number
  readonly logLevel: LogLevel
}

/** A policy file as `check` takes one. */
export interface PagesPolicy {
  readonly path: string
  readonly policy: Policy
}

/** Where settings come from, besides the defaults. */
export interface Sources {
  readonly flags: Flags
  readonly environment: Environment
  /** The folder that relative paths count from, but those in a config file. */
  readonly folder: string
}

/**
 * Defaults <- TOML file <- environment <- flags; a later layer replaces a list whole.
 * @throws ConfigError SETTING_UNKNOWN, SETTING_INVALID, POLICY_INVALID, naming file and line, variable or flag
 */
export async function loadConfig(sources: Sources): Promise<Config> {
  const { flags, environment, folder } = sources
  const path = flags['config'] ?? (environment['COUNTERSIGN_CONFIG'] || undefined)
  const file = typeof path === 'string' ? await fileLayer(path, folder) : undefined
  const layers = [flagLayer(flags, folder), environmentLayer(environment, folder)]
  if (file !== undefined) layers.push(file)
  layers.push(defaultLayer(folder))

  const publicUrl = readAll(layers, SETTINGS.publicUrl)[0]
  const pagesPolicy = await readPagesPolicy(layers)
  const collections = file === undefined ? DEFAULT_COLLECTIONS : fileCollections(file)
  const config: Config = {
    data: readOne(layers, SETTINGS.data),
    http: readOne(layers, SETTINGS.http),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    keyrings: readAll(layers, SETTINGS.keyring),
    ...(pagesPolicy === undefined ? {} : { pagesPolicy }),
    collections,
    keep: file === undefined ? [] : await fileKeepRules(file, collections),
    readOnly: readOne(layers, SETTINGS.readOnly),
    network: readNetworkConfig(layers),
    trustProxy: readAll(layers, SETTINGS.trustProxy),
    submissionsPerMinute: readOne(layers, SETTINGS.submissionsPerMinute),
    waiting: {
      items: readOne(layers, SETTINGS.waitingItems),
      bytes: readOne(layers, SETTINGS.waitingBytes),
      hours: readOne(layers, SETTINGS.waitingHours),
    },
    verificationThreads: readOne(layers, SETTINGS.verificationThreads),
    logLevel: readOne(layers, SETTINGS.logLevel),
  }
  await checkFolder(config.data, placeOf(layers, 'data'))
  await checkKeyrings(config.keyrings, placeOf(layers, 'keyring'))
  return config
}

function readNetworkConfig(layers: readonly Layer[]): NetworkSettings {
  const listen = readAll(layers, SETTINGS.p2p)
  if (listen.includes('none') && listen.length > 1) {
    const message = `${placeOf(layers, 'p2p')}: p2p none goes with no other address`
    throw new ConfigError('SETTING_INVALID', message)
  }
  refuseUnreachableCopies(layers)
  const swarmKey = readAll(layers, SETTINGS.swarmKey)[0]
  const name = readAll(layers, SETTINGS.name)[0]
  const shareAddress = readAll(layers, SETTINGS.shareAddress)[0]
  return {
    ...(name === undefined ? {} : { name }),
    listen: listen.filter((address) => address !== 'none'),
    anyPort: layers.findIndex((layer) => layer.texts.has('p2p')) === layers.length - 1,
    announce: readAll(layers, SETTINGS.announce),
    peers: readAll(layers, SETTINGS.peer),
    follow: readOne(layers, SETTINGS.follow),
    feeds: readAll(layers, SETTINGS.feed),
    mdns: readOne(layers, SETTINGS.mdns),
    minCopies: readOne(layers, SETTINGS.minCopies),
    copiesOf: readAll(layers, SETTINGS.copiesOf),
    readyNeedsPeers: readOne(layers, SETTINGS.readyNeedsPeers),
    connections: readOne(layers, SETTINGS.connections),
    ...(shareAddress === undefined ? {} : { shareAddress }),
    ...(swarmKey === undefined ? {} : { swarmKey }),
    quotas: {
      strangerBytes: readOne(layers, SETTINGS.strangerBytes),
      strangerFeeds: readOne(layers, SETTINGS.strangerFeeds),
      peerFeeds: readOne(layers, SETTINGS.peerFeeds),
      feedBytesPerHour: readOne(layers, SETTINGS.feedBytesPerHour),
      feedEntriesPerHour: readOne(layers, SETTINGS.feedEntriesPerHour),
      totalBytes: readOne(layers, SETTINGS.totalBytes),
    },
  }
}

/** Each operator of copies-of is one copy at most: with fewer of them every page would be red for ever. */
function refuseUnreachableCopies(layers: readonly Layer[]): void {
  const wanted = readOne(layers, SETTINGS.minCopies)
  const { length } = readAll(layers, SETTINGS.copiesOf)
  if (length === 0 || wanted <= length) return
  const listed = counted(length, 'operator')
  throw new ConfigError(
    'SETTING_INVALID',
    `${placeOf(layers, 'min-copies')}: min-copies is ${wanted}, and copies-of lists ${listed}, each of whom is one copy: nothing could ever reach it. List more operators, or want fewer copies.`,
  )
}

function readAll<T>(layers: readonly Layer[], setting: Setting<T>): readonly T[] {
  const layer = layers.find((one) => one.texts.has(setting.name))
  return (layer?.texts.get(setting.name) ?? []).map((text) => {
    try {
      return setting.read(text, layer?.folder ?? '')
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      const message = `${layer?.place(setting.name)}: ${setting.name} ${error.message}, not "${text}"`
      throw new ConfigError('SETTING_INVALID', message, { cause: error })
    }
  })
}

function readOne<T>(layers: readonly Layer[], setting: Setting<T>): T {
  const [value] = readAll(layers, setting)
  if (value === undefined) throw new TypeError(`the setting ${setting.name} has no default`)
  return value
}

const placeOf = (layers: readonly Layer[], name: string): string =>
  layers.find((layer) => layer.texts.has(name))?.place(name) ?? name

async function readPagesPolicy(layers: readonly Layer[]): Promise<PagesPolicy | undefined> {
  const [path] = readAll(layers, SETTINGS.pagesPolicy)
  if (path === undefined) return undefined
  try {
    return { path, policy: await loadPolicy(path) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const message = `${placeOf(layers, 'pages-policy')}: pages-policy: ${error.message}`
    throw new ConfigError(error.code, message, { cause: error })
  }
}

/** It need not be there yet. */
async function checkFolder(data: string, place: string): Promise<void> {
  const found = await stat(data).catch(() => undefined)
  if (found === undefined || found.isDirectory()) return
  throw new ConfigError('SETTING_INVALID', `${place}: data must be a folder, and ${data} is none`)
}

async function checkKeyrings(files: readonly string[], place: string): Promise<void> {
  for (const file of files)
    try {
      await access(file, constants.R_OK)
    } catch (error) {
      const message = `${place}: the keyring ${file} cannot be read`
      throw new ConfigError('SETTING_INVALID', message, { cause: error })
    }
}
