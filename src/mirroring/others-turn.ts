/** Resolves when all that waits for the event loop has had its turn. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
