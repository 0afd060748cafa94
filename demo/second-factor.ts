/** The `acr` of a user who has entered a second factor. */
export const secondFactor = 'urn:pixy-demo:second-factor'
