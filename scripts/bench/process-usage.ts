import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Usage {
  /** User and system time of all threads. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** What is in no file. */
  readonly anonymousBytes: number
  readonly peakRssBytes: number
}

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** What proc(5) says of a process. */
export function processUsage(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // the name, field 2, can have blanks in it; utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kibibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    rssBytes: kibibytes('VmRSS') * 1024,
    anonymousBytes: kibibytes('RssAnon') * 1024,
    peakRssBytes: kibibytes('VmHWM') * 1024,
  }
}
