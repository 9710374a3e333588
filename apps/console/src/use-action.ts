import { useEffect, useState } from 'react';
import { ActionFollower } from './action-follower.js';
import type { ActionShown, OutputShown } from './shapes.js';

export interface Followed { action?: ActionShown; output: OutputShown; readEarlier: () => void; problem: string; unread: string }

/** One action as it is and its output as it comes. */
export function useAction(id: string): Followed {
  const [action, setAction] = useState<ActionShown>();
  const [output, setOutput] = useState<OutputShown>({ lines: [], earlier: 0 });
  const [problem, setProblem] = useState('');
  const [unread, setUnread] = useState('');
  const [follower] = useState(() => new ActionFollower(id, { action: setAction, output: setOutput, problem: setProblem, unread: setUnread }));
  useEffect(() => follower.follow(), [follower]);
  return { ...(action ? { action } : {}), output, readEarlier: () => follower.readEarlier(), problem, unread };
}
