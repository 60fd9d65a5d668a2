/* The costliest questions known to each route. A route without one here fails a test. */
import {
  AGGREGATE,
  COMMON,
  COMMON_SHA256,
  MODULES,
  PACKAGE,
  SOURCE,
  VERSION,
  WIDE,
} from './crowd.ts'
import { type Asked, both, get, getRequest, post, put, type Question } from './cost-question.ts'
import { submission } from './submission.ts'

const HTML = 'text/html'

const hub = (asked: Asked): string => asked.hub.fingerprint
const id = (asked: Asked): string => asked.crowded[0] ?? ''
const large = (asked: Asked): string => asked.large[0] ?? ''
const hostileWord = (asked: Asked): string => asked.hostile[0]?.word ?? ''
const link = async (): Promise<Buffer> => Buffer.from('{"signed":{"_type":"link"},"signatures":[]}')

/** What a system of 128 packages asks, all of them the crowded name. */
const lookup = ({ keys }: Asked): string =>
  JSON.stringify({
    artifacts: Array.from({ length: 128 }, (_, at) => ({
      name: at === 0 ? `${SOURCE}_${VERSION}_amd64.deb` : COMMON,
      sha256: COMMON_SHA256,
    })),
    rebuilders: keys.slice(0, 2000).map(({ fingerprint }) => fingerprint),
  })

const LIST = '/rebuilders/:fingerprint/api/v1'
const instance = ({ instance: { fingerprint } }: Asked): string =>
  `/rebuilders/${fingerprint}/api/v1`

export const QUESTIONS: Readonly<Record<string, readonly Question[]>> = {
  'GET /': both('home', '/'),
  'GET /openapi.json': [get('description', '/openapi.json')],
  'GET /robots.txt': [get('robots', '/robots.txt')],
  'GET /favicon.ico': [get('icon', '/favicon.ico')],
  'GET /style.css': [get('style', '/style.css')],
  'GET /drop.js': [get('script', '/drop.js')],
  'GET /live.js': [get('script', '/live.js')],
  'GET /policy': both('policy', '/policy'),
  'GET /health': [get('health', '/health')],
  'GET /ready': [get('ready', '/ready')],
  'GET /status': both('status', '/status'),
  'GET /peers': both('peers', '/peers'),
  'GET /network': both('network', '/network'),
  'GET /feeds': both('feeds', '/feeds'),
  'GET /feeds/:key': both('the largest feed', ({ feed }) => `/feeds/${feed}`),
  'GET /feeds/:key/proof/:sequence': [
    get('a proof', ({ feed, sequence }) => `/feeds/${feed}/proof/${sequence}`),
  ],
  'GET /withheld': both('withheld', '/withheld'),
  'GET /events': [
    { says: 'from the first', request: () => getRequest('/events?after=0'), isStream: true },
  ],
  'GET /rebuilders': [...both('all', '/rebuilders'), get('from within', '/rebuilders?after=0')],
  'GET /rebuilders/:fingerprint': both('who has half', (asked) => `/rebuilders/${hub(asked)}`),
  [`GET ${LIST}/packages/binary`]: [
    get('all', (asked) => `${instance(asked)}/packages/binary?limit=1000`),
    get('none fits', (asked) => `${instance(asked)}/packages/binary?architecture=none`),
    get('by name', (asked) => `${instance(asked)}/packages/binary?name=${PACKAGE}`),
  ],
  [`GET ${LIST}/builds/:build/artifacts/:artifact/attestation`]: [
    get('a link', (asked) => `${instance(asked)}/${asked.build}`),
  ],
  [`GET ${LIST}/meta/public-keys`]: [
    get('a key', (asked) => `${instance(asked)}/meta/public-keys`),
  ],
  'GET /api/v1/packages/binary': [get('no rebuilder', '/api/v1/packages/binary')],
  'GET /api/v1/builds/:build/artifacts/:artifact/attestation': [
    get('no rebuilder', '/api/v1/builds/1/artifacts/1/attestation'),
  ],
  'GET /api/v1/meta/public-keys': [get('no rebuilder', '/api/v1/meta/public-keys')],
  'GET /debian': both('thousands of sources', '/debian/'),
  'GET /debian/*': [
    ...both('thousands of versions', `/debian/${SOURCE}/`),
    ...both('versions that many certified', `/debian/${WIDE}/`),
    ...both('thousands of files', `/debian/${SOURCE}/${VERSION}/amd64/`),
    get('beside what is there', `/debian/${SOURCE}/none/none`),
  ],
  'GET /maven': both('all', '/maven/'),
  'GET /maven/*': [
    ...both('thousands of versions', `/maven/${MODULES}/`),
    ...both('the aggregate', `/maven/${AGGREGATE}/`),
    ...both('thousands of modules', '/maven/io/quarkus/'),
    get('by its bare name', `/maven/${AGGREGATE}/quarkus-project-3.39.0.CR1.buildinfo`),
  ],
  'GET /rebuilderd': both('all', '/rebuilderd/'),
  'GET /rebuilderd/*': both('thousands of versions', `/rebuilderd/${PACKAGE}/`),
  'GET /certifications': [
    ...both('newest', '/certifications'),
    ...both('of one source', `/certifications?collection=debian&source=${SOURCE}`),
    get('of one file name', `/certifications?artifact=${COMMON}`),
    get('of one checksum', `/certifications?sha256=${COMMON_SHA256}`),
    get('by whom', (asked) => `/certifications?rebuilder=${hub(asked)}`),
    get('in a state that none has', '/certifications?state=weak-digest'),
    get(
      'many conditions',
      (asked) =>
        `/certifications?collection=debian&source=${SOURCE}&artifact=${COMMON}&sha256=${COMMON_SHA256}&rebuilder=${hub(asked)}&state=key-expired`,
    ),
    get(
      'one by two crowded names',
      ({ keys }) =>
        `/certifications?artifact=${COMMON}&rebuilder=${keys.at(-1)?.fingerprint ?? ''}`,
    ),
  ],
  'GET /certifications/:name': [
    get('of an aggregate', (asked) => `/certifications/${large(asked)}`),
    get('of an aggregate, page', (asked) => `/certifications/${large(asked)}.html`, HTML),
    get('of an aggregate, JSON', (asked) => `/certifications/${large(asked)}.json`),
    get('of an aggregate, signature', (asked) => `/certifications/${large(asked)}.asc`),
    get('in the crowded version', (asked) => `/certifications/${id(asked)}`),
    get('in the crowded version, page', (asked) => `/certifications/${id(asked)}.html`, HTML),
    get('in the crowded version, JSON', (asked) => `/certifications/${id(asked)}.json`),
  ],
  'GET /compare': [
    ...both('aggregates', ({ large: [a, b] }) => `/compare?a=${a ?? ''}&b=${b ?? ''}`),
  ],
  'GET /artifacts': [
    ...both('one file name in thousands', `/artifacts?name=${COMMON}`),
    get('a package', `/artifacts?name=${SOURCE}_${VERSION}_amd64`),
    get('Maven coordinates', '/artifacts?name=io.quarkus:quarkus-core:3.39.0.CR1'),
  ],
  'GET /artifacts/:algorithm/:hex': both(
    'one checksum in thousands',
    `/artifacts/sha256/${COMMON_SHA256}`,
  ),
  'POST /artifacts/lookup': [post('128 crowded names', '/artifacts/lookup', lookup)],
  'GET /search': [
    ...both('the crowded word', `/search?q=${SOURCE}`),
    ...both('of hostile keys', (asked) => `/search?q=${hostileWord(asked)}`),
    ...both('no word', '/search?q=nothing-of-this-name'),
    ...both('beginning of ids', '/search?q=00'),
    ...both('every key', '/search?q=rebuilders.example'),
    get('the crowded source', `/search?q=${SOURCE}%20${VERSION}`, HTML),
    get('a file name', `/search?q=${COMMON}`, HTML),
  ],
  'GET /agreement/debian': [get('no path', '/agreement/debian')],
  'GET /agreement/debian/*': [
    ...both('the crowded source', `/agreement/debian/${SOURCE}`),
    ...both('the crowded version', `/agreement/debian/${SOURCE}/${VERSION}`),
    ...both('a wide source', `/agreement/debian/${WIDE}`),
  ],
  'GET /agreement/maven': [get('no path', '/agreement/maven')],
  'GET /agreement/maven/*': [
    ...both('the aggregate', `/agreement/maven/${AGGREGATE}`),
    ...both('everything of a group', '/agreement/maven/io/quarkus'),
    ...both('thousands of versions', `/agreement/maven/${MODULES}`),
  ],
  'GET /agreement/rebuilderd': [get('no path', '/agreement/rebuilderd')],
  'GET /agreement/rebuilderd/*': both('thousands', `/agreement/rebuilderd/${PACKAGE}`),
  'GET /keys/:fingerprint': [get('who has half', (asked) => `/keys/${hub(asked)}`)],
  'GET /pks/lookup': [
    get('index of every key', '/pks/lookup?op=index&search=rebuilders.example'),
    get('index of every key, for gpg', '/pks/lookup?op=index&options=mr&search=rebuilders.example'),
    get('every key', '/pks/lookup?op=get&search=rebuilders.example'),
    get('index of hostile keys', (asked) => `/pks/lookup?op=index&search=${hostileWord(asked)}`),
    get('index of all hostile keys', '/pks/lookup?op=index&search=hostile'),
    get('index of none', '/pks/lookup?op=index&search=nothing-of-this-name'),
  ],
  'POST /debian': [
    post('into the crowded version', '/debian', ({ another }) => another()),
    post('what is here', '/debian', ({ repeated }) => repeated),
    post('1 MiB of no sense', '/debian', () => Buffer.alloc(2 ** 20, 'a')),
  ],
  'POST /maven': [
    {
      says: 'an aggregate',
      request: async ({ anotherAggregate }) =>
        submission({ collection: 'maven', ...(await anotherAggregate()) }),
    },
  ],
  'POST /rebuilderd': [post('one that is here', '/rebuilderd', ({ link: bytes }) => bytes)],
  'PUT /debian/*': [
    put(
      'into the crowded version',
      () => `/debian/${SOURCE}/${VERSION}/amd64/${SOURCE}_${VERSION}_amd64.buildinfo`,
      ({ another }) => another(),
    ),
  ],
  'PUT /maven/*': [
    put(
      'an aggregate without a signature',
      () => `/maven/${AGGREGATE}/quarkus-project-3.39.0.CR1.buildinfo`,
      async ({ anotherAggregate }) => (await anotherAggregate()).bytes,
    ),
  ],
  'PUT /rebuilderd/*': [put('no link', () => '/rebuilderd/a/1/a', link)],
  'PUT /api/submit': [
    put(
      'into the crowded version',
      () => '/api/submit',
      ({ another }) => another(),
    ),
  ],
  'POST /keys': [
    post('hostile keys', '/keys', ({ hostile }) => hostile.map(({ armored }) => armored).join('')),
    post('16 hundred keys', '/keys', ({ keys }) =>
      keys
        .slice(0, 1600)
        .map(({ publicKey }) => publicKey)
        .join(''),
    ),
  ],
  'POST /pks/add': [
    post(
      'a hostile key',
      '/pks/add',
      ({ hostile: [key] }) => `keytext=${encodeURIComponent(key?.armored ?? '')}`,
    ),
  ],
}
