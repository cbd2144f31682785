/** Where the keyboard is, when a page is drawn anew. */

/** So long after a page is drawn its data may come. */
const PATIENCE_MS = 10_000;

/** How the same element is found in what is drawn next; null: it can't be told. */
function selectorOf(element) {
  if (!element) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  const own = ["name", "href", "aria-label"].find((name) => element.hasAttribute(name));
  return own ? `${element.localName}[${own}="${CSS.escape(element.getAttribute(own))}"]` : null;
}

/**
 * Notes which element in `root` has the focus, before that is replaced. The function that it returns
 * gives the focus to the same element as soon as it is there, unless something else has it by then.
 */
export function keepFocus(root, signal) {
  const selector = root.contains(document.activeElement) ? selectorOf(document.activeElement) : null;
  return () => {
    if (!selector) return;
    const found = () => {
      if (signal.aborted || !isNowhere()) return true;
      root.querySelector(selector)?.focus({ preventScroll: true });
      return !isNowhere();
    };
    if (found()) return;
    const watch = new MutationObserver(() => found() && watch.disconnect());
    watch.observe(root, { childList: true, subtree: true });
    setTimeout(() => watch.disconnect(), PATIENCE_MS);
  };
}

const isNowhere = () => [null, document.body].includes(document.activeElement);
