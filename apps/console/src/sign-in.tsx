import { type FormEvent, useState } from 'react';
import { client } from './client.js';

/** Signing in by token, for when the link's code has run out. */
export function SignIn({ ended, onSignedIn }: { ended: boolean; onSignedIn: (me: { name: string }) => void }) {
  const [problem, setProblem] = useState('');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    client.post('/api/v1/session', { token }).then(() => client.get<{ name: string }>('/api/v1/me')).then(onSignedIn, (error: Error) => setProblem(error.message));
  };
  return (
    <form className="sign-in card" onSubmit={submit}>
      <h1 className="brand">Edge</h1>
      {ended && <p role="alert" className="problem">You are no longer signed in.</p>}
      <p>The link of <code>edge up</code> signs you in for ten minutes after the start. Later, paste a token.</p>
      <label>Token <input name="token" type="password" autoComplete="off" required /></label>
      <button type="submit">Sign in</button>
      {problem && <p role="alert" className="problem">{problem}</p>}
    </form>
  );
}
