// The little Markdown that consent texts and our own texts use: headings, paragraphs, lists, **bold**, *emphasis*, [links](https://...).
// Input is text, output is HTML in which every character of the input is escaped: no tag of the input survives.

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** Links lead to the web or to a mail address, never to a script. Works on escaped text. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|mailto:)[^\s()]+)\)/g;

function inline(text: string): string {
  return escaped(text)
    .replace(LINK, '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>')
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\*([^*\s][^*]*)\*/g, "<em>$1</em>");
}

function block(lines: string[], topLevel: number): string {
  const first = lines[0] ?? "";
  const heading = /^(#{1,3})\s+(.*)$/.exec(first);
  if (heading !== null) {
    const level = String((heading[1] ?? "").length - 1 + topLevel);
    const rest = lines.slice(1);
    return `<h${level}>${inline(heading[2] ?? "")}</h${level}>${rest.length > 0 ? block(rest, topLevel) : ""}`;
  }
  if (lines.every((line) => /^[-*]\s+/.test(line))) {
    return `<ul>${lines.map((line) => `<li>${inline(line.replace(/^[-*]\s+/, ""))}</li>`).join("")}</ul>`;
  }
  if (lines.every((line) => /^\d+[.)]\s+/.test(line))) {
    return `<ol>${lines.map((line) => `<li>${inline(line.replace(/^\d+[.)]\s+/, ""))}</li>`).join("")}</ol>`;
  }
  const listAt = lines.findIndex((line) => /^[-*]\s+/.test(line));
  if (listAt > 0) return block(lines.slice(0, listAt), topLevel) + block(lines.slice(listAt), topLevel);
  return `<p>${inline(lines.join(" "))}</p>`;
}

/** `topLevel` is the level of a heading with one #: 2 where the screen has a title of its own. */
export function htmlOfMarkup(text: string, topLevel: 1 | 2): string {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .map((part) => part.split("\n").map((line) => line.trim()).filter((line) => line !== ""))
    .filter((lines) => lines.length > 0)
    .map((lines) => block(lines, topLevel))
    .join("\n");
}
