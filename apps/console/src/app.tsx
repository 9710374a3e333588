import { useEffect, useState } from 'react';
import { ActionList } from './action-list.js';
import { ActionPage } from './action-page.js';
import { client, signedOut } from './client.js';
import { SignIn } from './sign-in.js';

interface Me { name: string }

/** The page behind the link: sign in with the one-time code of the fragment, then actions, then the live log of one. */
export function App() {
  const [me, setMe] = useState<Me | 'unknown' | 'nobody' | 'ended'>('unknown');
  const action = useActionInPath();
  useEffect(() => {
    signInByCode().catch(() => undefined).then(() => client.get<Me>('/api/v1/me')).then(setMe, () => setMe('nobody')); // a code that is used up signed this browser in before
  }, []);
  useEffect(() => {
    const end = () => setMe((before) => (before === 'unknown' || before === 'nobody' ? before : 'ended'));
    window.addEventListener(signedOut, end);
    return () => window.removeEventListener(signedOut, end);
  }, []);
  if (me === 'unknown') return null;
  if (me === 'nobody' || me === 'ended') return <SignIn ended={me === 'ended'} onSignedIn={setMe} />;
  return (
    <>
      <header>
        <a className="brand" href="/" onClick={(event) => navigate(event, '/')}>Edge</a>
        <span className="who">{me.name}</span>
      </header>
      <main>{action ? <ActionPage key={action} id={action} onBack={(event) => navigate(event, '/')} /> : <ActionList onOpen={(id, event) => navigate(event, `/actions/${id}`)} />}</main>
    </>
  );
}

/** The code is good once: it leaves the address bar before it is used. */
async function signInByCode(): Promise<void> {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('code');
  if (!code) return;
  window.history.replaceState(null, '', window.location.pathname);
  await client.post('/api/v1/session', { code });
}

function navigate(event: { preventDefault(): void }, path: string): void {
  event.preventDefault();
  window.history.pushState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate'));
}

function useActionInPath(): string | undefined {
  const [path, setPath] = useState(window.location.pathname);
  useEffect(() => {
    const update = () => setPath(window.location.pathname);
    window.addEventListener('popstate', update);
    return () => window.removeEventListener('popstate', update);
  }, []);
  return /^\/actions\/([\w-]+)/.exec(path)?.[1];
}
