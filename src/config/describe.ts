import type { Config } from '../config.ts'
import type { Address } from './values.ts'

/** A config in the words of the settings table, each value as somebody would write it. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  return {
    data: config.data,
    http: addressText(config.http),
    'public-url': config.publicUrl ?? null,
    keyring: config.keyrings,
    'trust-proxy': config.trustProxy,
    'submissions-per-minute': config.submissionsPerMinute,
    'waiting-items': config.waiting.items,
    'waiting-bytes': config.waiting.bytes,
    'waiting-hours': config.waiting.hours,
    'verification-threads': config.verificationThreads,
    'log-level': config.logLevel,
    collection: config.collections,
  }
}

function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
