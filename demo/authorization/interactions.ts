import type { IncomingMessage } from 'node:http'
import type Provider from 'oidc-provider'
import { secondFactor } from '../second-factor.js'
import { confirm, consent, done, failed, login } from './pages.js'
import { wantsSecondFactor } from './prompts.js'
import { errors, type Middleware } from './provider.js'
import type { Users } from './users.js'

const gone = 'This sign-in has ended, or it was started in a different browser.'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** The sign-in and consent pages, which the user sees between authorization request and response. */
export function interactions(
  provider: Provider,
  users: Users,
  appOrigins: readonly string[],
): Middleware {
  // For each page that the user has answered, the URL of its app: the user may come back to the page.
  const answered = new Map<string, string>()
  return async (ctx, next) => {
    const [, uid, step] = /^\/interaction\/([\w-]+)(\/cancel)?$/.exec(ctx.path) ?? []
    if (!uid) return next()
    ctx.set('Cache-Control', 'no-store')
    try {
      const interaction = await provider.interactionDetails(ctx.req, ctx.res)
      if (interaction.uid !== uid) throw new errors.SessionNotFound('a newer sign-in has begun')
      if (step || ctx.method === 'POST')
        answered.set(uid, String(interaction.params['redirect_uri']))
      if (step) return finish({ error: 'access_denied', error_description: 'The user cancelled.' })
      if (ctx.method === 'POST') return finish(await answer(interaction, await form(ctx.req)))
      ctx.body = (await show(interaction)).text
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error
      const app = answered.get(uid)
      ctx.status = app ? 200 : 400
      ctx.body = (app ? done(app) : failed(appOrigins, gone)).text
    }

    async function finish(result: Parameters<Provider['interactionFinished']>[2]) {
      ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
      ctx.status = 303
    }
  }

  async function show({ uid, prompt, params, session }: Interaction) {
    const client = await provider.Client.find(String(params['client_id']))
    const asked = { uid, clientName: client?.clientName ?? 'the app' }
    if (prompt.name === 'consent')
      return consent(asked, nameOf(session?.accountId), String(params['scope'] ?? '').split(' '))
    if (isConfirmation({ params, session })) return confirm(asked, nameOf(session?.accountId))
    const create = prompt.name === 'create'
    const hint = params['login_hint'] ?? (create ? '' : users.suggestion)
    return login(asked, String(hint), create)
  }

  async function answer(interaction: Interaction, fields: URLSearchParams) {
    const { name } = interaction.prompt
    if (name === 'consent') return { consent: { grantId: await grant(interaction) } }
    const { accountId } = interaction.session ?? {}
    if (accountId && isConfirmation(interaction))
      return { login: { accountId, acr: secondFactor, amr: ['pwd', 'otp'] } }
    const { sub } = users.signIn(fields.get('name') ?? '')
    const entered = { accountId: sub, amr: ['pwd'] }
    return name === 'create' ? { create: {}, login: entered } : { login: entered }
  }

  function nameOf(sub = ''): string {
    return users.find(sub)?.name ?? ''
  }

  /** Grant everything that the app asks for: the page offers only all or nothing. */
  async function grant({ grantId, session, params, prompt }: Interaction): Promise<string> {
    const { Grant } = provider
    const fresh = { accountId: session?.accountId ?? '', clientId: String(params['client_id']) }
    const grant = (grantId && (await Grant.find(grantId))) || new Grant(fresh)
    const { missingOIDCScope, missingResourceScopes } = prompt.details as Missing
    if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
    for (const [api, scopes] of Object.entries(missingResourceScopes ?? {})) {
      grant.addResourceScope(api, scopes.join(' '))
    }
    return grant.save()
  }
}

/** Whether the page asks a signed-in user for a second factor. */
const isConfirmation = ({ params, session }: Pick<Interaction, 'params' | 'session'>): boolean =>
  session?.accountId !== undefined && wantsSecondFactor(params)

interface Missing {
  readonly missingOIDCScope?: readonly string[]
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
}

async function form(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > 10_000) break
  }
  return new URLSearchParams(text)
}
