import { EdgeClient } from '@edge/client';

/** The console speaks to the Edge that served it; the session cookie says who it is. */
export const client = new EdgeClient({ url: window.location.origin });
