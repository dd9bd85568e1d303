/** Gives a text to the browser as a file to save. */
export function downloadText(fileName: string, text: string, type: string): void {
  downloadFile(fileName, new Blob([text], { type }));
}

/** Gives a file to the browser to save. */
export function downloadFile(fileName: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of the bytes long before.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Gives the sealed file of a kit to the browser to save. @param name of the account */
export function downloadKit(file: Uint8Array<ArrayBuffer>, name: string): void {
  downloadFile(`holdfast-kit-${name.replaceAll(/[^a-zA-Z0-9.-]+/g, '-').slice(0, 100)}.age`, new Blob([file]));
}
