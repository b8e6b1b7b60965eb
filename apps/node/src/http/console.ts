import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { httpError } from './problem.ts'

const PAGE = 'index.html'
/** The folder of the files whose names carry a hash of their content. */
const ASSETS = 'assets'

/**
 * Serves the files of the built console, and returns what answers every path that the console itself routes: its start
 * page. Public: it holds no data, and somebody who is not signed in needs it to do so.
 */
export async function addConsole(app: FastifyInstance, folder: string): Promise<(reply: FastifyReply) => unknown> {
  if (!existsSync(join(folder, PAGE)))
    return () => {
      throw httpError('NOT_FOUND', 'the console is not built: `npm start` builds it')
    }
  app.addHook('onRoute', route => {
    if (route.config?.scope === undefined) route.config = { ...route.config, scope: 'public' }
  })
  const common: FastifyStaticOptions = { root: folder, dotfiles: 'deny', decorateReply: false, index: false }
  await app.register(fastifyStatic, {
    ...common,
    // Looked up on disk when asked for: the console may be built again while the node runs.
    root: join(folder, ASSETS),
    prefix: `/${ASSETS}/`,
    immutable: true,
    maxAge: '1y'
  })
  await app.register(fastifyStatic, {
    ...common,
    wildcard: false,
    globIgnore: [`${ASSETS}/**`],
    // Their names stay the same when the console changes.
    cacheControl: false,
    setHeaders: reply => void reply.header('cache-control', 'no-cache')
  })
  return async reply => reply.type('text/html; charset=utf-8').send(await readFile(join(folder, PAGE)))
}
