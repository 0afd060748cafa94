import type { SignInRequest } from '../../door.js'
import { own } from '../../lib/own.js'
import type { RequestContext } from '../context.js'
import type { Active } from '../record.js'
import type { Transaction } from './transactions.js'

// Some servers ignore `offline_access` without `prompt=consent`. Others give a refresh token without it; with
// it they would ask the user each time, or want an administrator. So the first sign-in does without it, and for
// a week this client remembers what the answer showed. See OpenID Connect Core §11,
// https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess

const weekMs = 604_800_000

type Place = Pick<RequestContext, 'config' | 'sharedStore' | 'notes'>

const nameFor = ({ config }: Place): string => `pixy-auth:consent:${config.key}`

const asksOffline = (scope: string): boolean => scope.split(' ').includes('offline_access')

/** Whether `prompt=consent` brings a refresh token; `undefined` if that is not known, or if none is asked for. */
export async function consentHelps(context: Place, scope: string): Promise<boolean | undefined> {
  if (!asksOffline(scope)) return undefined
  const stored = await context.sharedStore.get(nameFor(context)).catch(() => undefined)
  const { at, helps } = own(stored as { at?: number; helps?: boolean })
  return Math.abs(Date.now() - Number(at)) < weekMs ? helps : undefined
}

/**
 * Ask for consent, if that is known to bring a refresh token and the request has no prompt.
 *
 * @returns what the transaction must know of the prompt
 */
export function promptIn(
  query: URLSearchParams,
  request: SignInRequest,
  scope: string,
  helps: boolean | undefined,
): Pick<Transaction, 'isSilent' | 'unprompted' | 'isConsent'> {
  const isOffline = asksOffline(scope)
  if (helps && !query.has('prompt')) query.set('prompt', 'consent')
  const prompt = query.get('prompt') ?? ''
  return own({
    isSilent: prompt === 'none',
    unprompted: isOffline && !prompt ? request : undefined,
    isConsent: isOffline && prompt.split(' ').includes('consent'),
  })
}

/**
 * If the server has ignored `offline_access` because it needs consent, the sign-in is made once more, with
 * consent. If no refresh token comes for another reason, the developer is told.
 *
 * @returns the request to make now; `undefined` if nothing is missing, or if consent is known not to help
 */
export async function withConsent(
  context: Place,
  { unprompted, isConsent, isSilent, scope }: Transaction,
  active: Pick<Active, 'refreshToken' | 'session'> | undefined,
): Promise<SignInRequest | undefined> {
  if (!active) return undefined
  const { refreshToken, session } = active
  const helps = !!refreshToken
  if (isConsent)
    await context.sharedStore
      .update(nameFor(context), () => ({ at: Date.now(), helps }))
      .catch(() => {})
  // A server that ignores a scope must say so. RFC 6749 §5.1.
  const isIgnored = unprompted && !helps && !session.scope.includes('offline_access')
  if (isIgnored && (await consentHelps(context, scope)) !== false)
    return { ...unprompted, prompt: 'consent', by: 'consent' }
  if (!helps && !isSilent && asksOffline(scope))
    import('../optional/no-refresh-token.js').then(
      ({ tell }) => tell(context.notes),
      () => {},
    )
  return undefined
}
