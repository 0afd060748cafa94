import type { Middleware } from './provider.js'

/**
 * Ask for consent to `offline_access` even if the client did not send `prompt=consent`: without the
 * prompt, oidc-provider ignores the scope.
 *
 * @see [OpenID Connect Core §11](https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess)
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
