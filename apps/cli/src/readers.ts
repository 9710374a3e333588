let gone = false;

/** Whoever reads no further, as `head` does, changes nothing about what is done and how it ends. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exit(1);
      gone ||= stream === process.stdout;
    });
  }
}

/** Nobody reads stdout any more: what would only be printed need not be fetched. */
export function isUnread(): boolean {
  return gone;
}
