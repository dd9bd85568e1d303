/** Gives a text to the browser as a file to save. */
export function downloadText(fileName: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of the bytes long before.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
