/** The methods that Edge knows, in its own order. */
export const signInMethods = ['publickey', 'password', 'keyboard-interactive'] as const;
export type SignInMethod = (typeof signInMethods)[number];

/** What an ssh configuration says about ways to sign in. */
export interface MethodSettings { pubkeyAuthentication?: boolean; passwordAuthentication?: boolean; kbdInteractiveAuthentication?: boolean; preferredAuthentications?: string }

/** The methods that may be tried, in order: those that PreferredAuthentications names, without those that are switched off. */
export function allowedMethods(settings: MethodSettings): SignInMethod[] {
  const off: Record<SignInMethod, boolean> = { publickey: settings.pubkeyAuthentication === false, password: settings.passwordAuthentication === false, 'keyboard-interactive': settings.kbdInteractiveAuthentication === false };
  const preferred = settings.preferredAuthentications?.split(',').filter((name): name is SignInMethod => signInMethods.some((method) => method === name));
  return [...new Set(preferred ?? signInMethods)].filter((method) => !off[method]);
}
