/** Names of things: lower case, digits, `.`, `_`, `-`; begins with a letter or digit; at most 63 characters. */
export const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;
