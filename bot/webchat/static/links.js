// Addresses and telephone numbers in what is said become links, as nodes, never as markup.

// Addresses of pages, e-mail addresses, and telephone numbers as people in Indonesia write them.
const LINK = new RegExp(
  [
    "(?<page>https?://[^\\s<>\"]+[^\\s<>\".,;:!?)\\]}'”])",
    "(?<mail>[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+)",
    "(?<phone>(?:\\+62[\\s-]?|\\b0)(?:\\d[\\s-]?){8,11}\\d\\b)",
  ].join("|"),
  "g",
);

// The text as a fragment with its links.
export function linked(text) {
  const pieces = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const link = document.createElement("a");
    link.textContent = match[0];
    const { page, mail } = match.groups;
    link.href = page || (mail ? `mailto:${mail}` : `tel:${match[0].replace(/[\s-]/g, "")}`);
    if (page) {
      link.target = "_blank";
      link.rel = "noopener";
    }
    pieces.append(text.slice(end, match.index), link);
    end = match.index + match[0].length;
  }
  pieces.append(text.slice(end));
  return pieces;
}

// Links in a paragraph that is on the page already.
export function linkNumbers(paragraph) {
  for (const node of [...paragraph.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE) node.replaceWith(linked(node.data));
  }
}
