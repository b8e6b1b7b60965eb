import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { httpError } from './problem.ts'

/** Names under which the API lives; everything else belongs to the console. */
const RESERVED = /^\/(api|metrics|docs)(\/|\?|$)/

/**
 * Serves the built console, and its start page for every path that the console itself routes. Public: it holds no data,
 * and somebody who is not signed in needs it to do so.
 */
export async function addConsole(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', { config: { scope: 'public' } }, () => {
      throw httpError('NOT_FOUND', 'the console is not built: run `npm run build -w @borgo/web-console`')
    })
    return
  }
  await app.register(async scoped => {
    scoped.addHook('onRoute', route => {
      route.config = { ...route.config, scope: 'public' }
    })
    await scoped.register(fastifyStatic, {
      root: folder,
      dotfiles: 'deny',
      wildcard: false,
      index: false,
      immutable: true,
      maxAge: '1y'
    })
    const page = (path: string) => {
      scoped.get(path, (request, reply) => {
        if (RESERVED.test(request.url)) throw httpError('NOT_FOUND', 'nothing is served here')
        return reply.sendFile('index.html', { immutable: false, maxAge: 0, cacheControl: false })
      })
    }
    page('/')
    page('/*')
  })
}
