import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { httpError } from './problem.ts'

const PAGE = 'index.html'

/**
 * Serves the files of the built console, and returns what answers every path that the console itself routes: its start
 * page. Public: it holds no data, and somebody who is not signed in needs it to do so.
 */
export async function addConsole(app: FastifyInstance, folder: string): Promise<(reply: FastifyReply) => unknown> {
  if (!existsSync(join(folder, PAGE)))
    return () => {
      throw httpError('NOT_FOUND', 'the console is not built: `npm start` builds it')
    }
  const assets = join(folder, 'assets', sep)
  app.addHook('onRoute', route => {
    if (route.config?.scope === undefined) route.config = { ...route.config, scope: 'public' }
  })
  await app.register(fastifyStatic, {
    root: folder,
    dotfiles: 'deny',
    wildcard: false,
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '1y',
    // Only names under assets/ carry a hash; the others stay the same when the console changes.
    setHeaders: (reply, path) => {
      if (!path.startsWith(assets)) reply.header('cache-control', 'no-cache')
    }
  })
  return async reply => reply.type('text/html; charset=utf-8').send(await readFile(join(folder, PAGE)))
}
