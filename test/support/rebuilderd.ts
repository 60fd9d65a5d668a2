import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { keyOfLinks, signLink } from './link.ts'
import { ROOT } from './program.ts'

const DATA = `${ROOT}test/data/in-toto`
const NAME = 'librust-as-slice-dev_0.2.1-1+b2_amd64'
const LINK = readFileSync(`${DATA}/${NAME}.in-toto.link`)
const PEM = readFileSync(`${DATA}/reproduce-debian-net-amd64.pub`, 'utf8')
/** The fingerprint of the instance that signed the real link. */
export const INSTANCE = '2980AA6249AD89CE0EF0F0F5E6D0896214301B2818AAD33443444CF460DF6ED6'

const stranger = keyOfLinks()
const LINKS: Readonly<Record<string, Buffer | string>> = {
  '11/101': LINK,
  '12/102': signLink({ products: { 'a_1_all.deb': { sha256: 'a'.repeat(64) } } }, stranger),
}
const record = (id: number, name: string, build: number | null) => ({
  id,
  name,
  version: '1',
  distribution: 'debian',
  release: 'sid',
  component: 'main',
  architecture: 'amd64',
  url: 'https://deb.example/',
  status: build === null ? null : 'GOOD',
  build_id: build,
  artifact_id: build === null ? null : build + 90,
  diffoscope_log_id: null,
  attestation_log_id: null,
  last_seen: '2026-08-01T12:00:00',
  seen_in_last_sync: true,
})
const RECORDS = [
  record(1, 'librust-as-slice-dev', 11),
  record(2, 'a', 12),
  record(3, 'never-built', null),
  record(4, 'bad', 14),
]

/** Answers as rebuilderd 0.28 does, two packages a page. */
export const instance: RequestListener = ({ url = '' }, response) => {
  const asked = new URL(url, 'http://instance.example')
  const link = /^\/api\/v1\/builds\/(\d+)\/artifacts\/(\d+)\/attestation$/.exec(asked.pathname)
  const json = (value: unknown) => response.end(JSON.stringify(value))
  if (asked.pathname === '/api/v1/meta/public-keys') json({ current: [PEM] })
  else if (asked.pathname === '/api/v1/packages/binary') {
    const after = Number(asked.searchParams.get('after'))
    const name = asked.searchParams.get('name')
    const fit = RECORDS.filter((one) => name === null || one.name === name)
    json({ total: fit.length, records: fit.filter(({ id }) => id > after).slice(0, 2) })
  } else {
    const bytes = LINKS[`${link?.[1] ?? ''}/${link?.[2] ?? ''}`]
    if (bytes === undefined) response.writeHead(404).end()
    else response.end(bytes)
  }
}
