/** The `aud` of the access tokens for the demo's API. */
export const defaultAudience = 'urn:pixy-demo:api'
