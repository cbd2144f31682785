/** Files that a person saves. */

import { h } from "./dom.js";

export function save(name, type, text) {
  const file = URL.createObjectURL(new Blob([text], { type }));
  const anchor = h("a", { href: file, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  URL.revokeObjectURL(file);
}
