import { describe, expect, it } from 'vitest'
import { addKey, ALICE, BOB, data, get, MALLORY, openDoor, submitHello } from '../door.ts'

const DEB = 'hello_2.10-3_amd64.deb'
const AGREED = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'

describe('GET /certifications', () => {
  it('finds by any conjunction of source, artifact, checksum, rebuilder and state', async () => {
    const { app } = await openDoor()
    const ids = await submitHello(app)
    const find = async (query: string) =>
      (await get(app, `/certifications?${query}`))
        .json<{ id: string }[]>()
        .map(({ id }) => id)
        .toSorted()
    const of = (...who: string[]) => who.map((name) => ids[name] ?? '').toSorted()
    expect(await find('')).toEqual(of('alice', 'bob', 'mallory'))
    expect(await find('collection=debian&source=hello/2.10-3')).toEqual(
      of('alice', 'bob', 'mallory'),
    )
    expect(await find(`artifact=${DEB}`)).toEqual(of('alice', 'bob', 'mallory'))
    expect(await find(`sha256=${AGREED}`)).toEqual(of('alice', 'bob'))
    expect(await find(`sha256=${AGREED.toUpperCase()}`)).toEqual(of('alice', 'bob'))
    expect(await find(`sha256=${AGREED}&rebuilder=0x${BOB.toLowerCase()}`)).toEqual(of('bob'))
    expect(await find(`artifact=${DEB}&sha256=${AGREED}&state=verified&source=hello`)).toEqual(
      of('alice', 'bob'),
    )
    expect(await find('state=key-revoked')).toEqual([])
    expect(await find('collection=maven')).toEqual([])
  })

  it('is paged by a stable cursor', async () => {
    const { app } = await openDoor()
    const ids = await submitHello(app)
    const found: string[] = []
    let url: string | undefined = `/certifications?artifact=${DEB}&limit=2`
    while (url !== undefined) {
      const answer = await get(app, url)
      found.push(...answer.json<{ id: string }[]>().map(({ id }) => id))
      url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1]
    }
    expect(found.toSorted()).toEqual(Object.values(ids).toSorted())
  })

  it('refuses an unknown, repeated or malformed parameter', async () => {
    const { app } = await openDoor()
    const queries = [
      'colour=red',
      'state=fine',
      'state=verified&state=verified',
      'sha256=xyz',
      'limit=0',
      'limit=1001',
      'limit=1e2',
      'artifact=',
      'rebuilder=ABCD',
      '__proto__=x',
      'source=%ff',
      'artifact=%zz',
    ]
    for (const query of queries) {
      const answer = await get(app, `/certifications?${query}`)
      expect([query, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
        query,
        400,
        'QUERY_INVALID',
      ])
    }
  })
})

describe('GET /artifacts', () => {
  it('says who certified these bytes, by any algorithm', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const sums = {
      md5: '3eff17c2115f6e493c90b5f56f1870ef',
      sha1: 'c8a744cfe568364b65b5bb3ee793796ed78cb99e',
      sha256: AGREED,
    }
    for (const [algorithm, hex] of Object.entries(sums)) {
      const found = (await get(app, `/artifacts/${algorithm}/${hex.toUpperCase()}`)).json<
        { rebuilder: string }[]
      >()
      expect(found.map(({ rebuilder }) => rebuilder).toSorted()).toEqual([ALICE, BOB].toSorted())
    }
  })

  it('finds by file name and by package_version_arch', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    for (const name of [DEB, 'hello_2.10-3_amd64'])
      expect((await get(app, `/artifacts?name=${name}`)).json()).toHaveLength(3)
    expect((await get(app, '/artifacts?name=hello_2.10-4_amd64.deb')).json()).toEqual([])
  })

  it('finds by Maven coordinates', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const payload = data('jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.alice.clearsigned')
    expect((await app.inject({ method: 'POST', url: '/maven', payload })).statusCode).toBe(201)
    const found = await get(app, '/artifacts?name=com.scalapenos:stamina-core_2.12:0.1.6@pom')
    expect(found.json()).toMatchObject([{ rebuilder: ALICE }])
  })

  it('refuses an algorithm or a length that there is not', async () => {
    const { app } = await openDoor()
    for (const path of ['crc32/00000000', 'sha256/abcd', `md5/${'g'.repeat(32)}`])
      expect((await get(app, `/artifacts/${path}`)).json()).toMatchObject({
        code: 'PATH_INVALID',
        status: 400,
      })
    expect((await get(app, '/artifacts')).json()).toMatchObject({ code: 'QUERY_INVALID' })
  })
})

describe('GET /agreement', () => {
  it('says for each artifact who gave which checksum', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    for (const path of ['hello/2.10-3', 'hello/2.10-3/']) {
      const { artifacts } = (await get(app, `/agreement/debian/${path}`)).json<{
        artifacts: {
          name: string
          groups: { checksums: { sha256: string }; rebuilders: { fingerprint: string }[] }[]
        }[]
      }>()
      const deb = artifacts.find(({ name }) => name === DEB)
      const groups = deb?.groups.map(({ checksums, rebuilders }) => [
        checksums.sha256.slice(0, 8),
        rebuilders.map(({ fingerprint }) => fingerprint).toSorted(),
      ])
      expect(groups).toEqual([
        ['3833e140', [ALICE, BOB].toSorted()],
        ['2cd588ce', [MALLORY]],
      ])
    }
  })

  it('of nothing is not found, and of a whole collection is not given', async () => {
    const { app } = await openDoor()
    expect((await get(app, '/agreement/debian/hello/1.0')).json()).toMatchObject({
      code: 'PATH_NOT_FOUND',
    })
    expect((await get(app, '/agreement/debian/')).json()).toMatchObject({ code: 'PATH_INVALID' })
    expect((await get(app, '/agreement/gentoo/hello')).json()).toMatchObject({
      code: 'COLLECTION_UNKNOWN',
    })
  })
})

describe('GET /rebuilders', () => {
  it('says who has certified, and how often others agree', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const all = (await get(app, '/rebuilders')).json<
      { fingerprint: string; certifications: number }[]
    >()
    expect(all.map(({ fingerprint }) => fingerprint).toSorted()).toEqual(
      [ALICE, BOB, MALLORY].toSorted(),
    )
    const one = await get(app, `/rebuilders/${ALICE.toLowerCase()}`)
    const alice = all.find(({ fingerprint }) => fingerprint === ALICE)
    expect(alice).toMatchObject({
      certifications: 1,
      agreement: { named: null, others: { compared: 2, agreeing: 2 } },
    })
    expect(one.json()).toMatchObject(alice ?? {})
    expect((await get(app, `/rebuilders/${'0'.repeat(40)}`)).json()).toMatchObject({
      code: 'REBUILDER_NOT_FOUND',
    })
    expect((await get(app, '/rebuilders/alice')).json()).toMatchObject({ code: 'PATH_INVALID' })
  })
})

describe('operations', () => {
  it('tell that the node lives, is ready, and how it is', async () => {
    const { app } = await openDoor()
    expect((await get(app, '/health')).statusCode).toBe(200)
    expect((await get(app, '/ready')).statusCode).toBe(200)
    expect((await get(app, '/status')).json()).toMatchObject({
      collections: [{ name: 'debian' }, { name: 'maven' }, { name: 'rebuilderd' }],
    })
  })
})
