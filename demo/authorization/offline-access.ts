import type { Middleware } from './provider.js'

/**
 * Who asks for `offline_access` is asked to consent, also where the client did not say
 * `prompt=consent`: without it the scope would be dropped in silence.
 * @see OpenID Connect Core 1.0 section 11
 */
export const offlineAccess: Middleware = (ctx, next) => {
  const { scope, prompt } = ctx.query
  if (ctx.path === '/auth' && words(scope).includes('offline_access')) {
    const prompts = new Set(words(prompt))
    if (!prompts.has('none'))
      ctx.query = { ...ctx.query, prompt: [...prompts.add('consent')].join(' ') }
  }
  return next()
}

function words(parameter: string | string[] | undefined): string[] {
  return typeof parameter === 'string' ? parameter.split(' ').filter(Boolean) : []
}
