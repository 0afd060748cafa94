// Marks by which the files of this folder find the text that they wrote.

/** The start of each `TODO`. */
export const MARK = 'TODO(pixy-auth):'

/** The name of a function that holds the expressions of a component's markup while the rules change them. */
export const MARKUP = '__markup'
