import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { openClient } from './client.ts'

export interface Nginx {
  readonly url: string
  stop(): Promise<void>
}

/** In words, for who reads the figures. */
export const NGINX_SETTINGS =
  'nginx: 1 worker, sendfile, no access log, autoindex_format json, connections kept'

/**
 * nginx with one worker, serving `root`.
 * @returns `undefined` where it is not installed
 */
export async function startNginx(folder: string, root: string): Promise<Nginx | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined
  const port = await freePort()
  const prefix = join(folder, 'nginx')
  mkdirSync(prefix)
  const config = join(prefix, 'nginx.conf')
  writeFileSync(config, configOf({ port, prefix, root }))
  const child = spawn('nginx', ['-p', prefix, '-c', config, '-e', join(prefix, 'error.log')], {
    stdio: 'inherit',
  })
  const ended = once(child, 'close')
  process.once('exit', () => child.kill('SIGTERM'))
  const url = `http://127.0.0.1:${port}`
  await listening(url, () => child.exitCode === null)
  return {
    url,
    async stop() {
      child.kill('SIGQUIT')
      await ended
    },
  }
}

function configOf(parts: { port: number; prefix: string; root: string }): string {
  const { port, prefix, root } = parts
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
worker_processes 1;
pid ${join(prefix, 'pid')};
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  default_type text/plain;
  ${paths.map((name) => `${name}_temp_path ${join(prefix, name)};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    root ${root};
    location / { autoindex on; autoindex_format json; }
  }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}

async function listening(url: string, isAlive: () => boolean): Promise<void> {
  while (isAlive())
    try {
      const client = await openClient(url)
      return client.close()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) throw error
    }
  throw new Error('nginx has ended')
}
