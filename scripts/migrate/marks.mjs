// What the files of this folder find their own text by.

/** A `TODO` is found by this. */
export const MARK = 'TODO(pixy-auth):'

/** The function that the expressions of a component's markup are in while they are read. */
export const MARKUP = '__markup'
