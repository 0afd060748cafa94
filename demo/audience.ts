/** What the demo's API calls itself in `aud`, unless told otherwise. */
export const defaultAudience = 'urn:pixy-demo:api'
