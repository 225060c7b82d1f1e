// The Markdown of studies' texts and of our own: headings, paragraphs, lists in lists, quotations, rules, and what markup_inline.ts knows.
// As CommonMark has it, without tables, code blocks, references and HTML. Input is text, output is HTML in which every character of the
// input is escaped: no tag of the input survives.
import { inlineHtml } from "./markup_inline";

export { escaped } from "./markup_inline";

/** The level of a heading with one #: 2 where the screen has a title of its own, 3 below a heading of ours. */
export type TopLevel = 1 | 2 | 3;

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])([ \t]+|$)(.*)$/;
/** Deeper nesting is read as text. */
const DEPTH_MAX = 20;

interface Item { isOrdered: boolean; start: number; indent: number; lines: string[] }

class Blocks {
  private at = 0;
  private readonly html: string[] = [];

  constructor(private readonly lines: readonly string[], private readonly topLevel: TopLevel, private readonly depth: number) {}

  /** `isTight`: paragraphs without <p>, as in a list without empty lines. */
  read(isTight: boolean): string {
    while (this.at < this.lines.length) {
      const line = this.line();
      const heading = HEADING.exec(line);
      if (line.trim() === "") this.at++;
      else if (heading !== null) this.heading((heading[1] ?? "").length, heading[2] ?? "");
      else if (RULE.test(line)) this.put("<hr>");
      else if (QUOTE.test(line) && this.depth < DEPTH_MAX) this.quotation();
      else if (ITEM.test(line) && this.depth < DEPTH_MAX) this.list();
      else this.paragraph(isTight);
    }
    return this.html.join("\n");
  }

  private line(): string {
    return this.lines[this.at] ?? "";
  }

  private put(html: string): void {
    this.html.push(html);
    this.at++;
  }

  private heading(count: number, text: string): void {
    const level = String(Math.min(count - 1 + this.topLevel, 6));
    this.put(`<h${level}>${inlineHtml(text.trim())}</h${level}>`);
  }

  private inner(lines: string[], isTight: boolean): string {
    return new Blocks(lines, this.topLevel, this.depth + 1).read(isTight);
  }

  private quotation(): void {
    const lines: string[] = [];
    for (; this.at < this.lines.length && (QUOTE.test(this.line()) || this.isLazy(lines)); this.at++) lines.push(this.line().replace(QUOTE, ""));
    this.html.push(`<blockquote>${this.inner(lines, false)}</blockquote>`);
  }

  /** A paragraph that goes on at the margin. */
  private isLazy(lines: readonly string[]): boolean {
    return lines[lines.length - 1]?.trim() !== "" && !this.interrupts() && !ITEM.test(this.line());
  }

  /** Does this line end a paragraph? An ordered list does only from 1, so that a year at the beginning of a line stays one. */
  private interrupts(): boolean {
    const line = this.line();
    const item = ITEM.exec(line);
    const isItem = item !== null && item[4] !== "" && /^(?:[-*+]|0*1[.)])$/.test(item[2] ?? "");
    return line.trim() === "" || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || isItem;
  }

  private paragraph(isTight: boolean): void {
    const lines = [this.line()];
    for (this.at++; this.at < this.lines.length; this.at++) {
      const underline = UNDERLINE.exec(this.line());
      if (underline !== null) {
        this.heading(underline[1]?.startsWith("=") === true ? 1 : 2, lines.join("\n").trim());
        return;
      }
      if (this.interrupts()) break;
      lines.push(this.line());
    }
    const html = inlineHtml(lines.map((line) => line.trimStart()).join("\n").trimEnd());
    this.html.push(isTight ? html : `<p>${html}</p>`);
  }

  private list(): void {
    const items: Item[] = [];
    let isLoose = false;
    for (;;) {
      const item = this.item(items[0]);
      if (item === null) break;
      // An empty line between two items, or between two parts of one, makes all of them paragraphs.
      const last = items[items.length - 1];
      isLoose ||= last?.lines[last.lines.length - 1]?.trim() === "" || hasGap(item.lines);
      items.push(item);
    }
    const first = items[0];
    const tag = first?.isOrdered === true ? "ol" : "ul";
    const start = first?.isOrdered === true && first.start !== 1 ? ` start="${String(first.start)}"` : "";
    this.html.push(`<${tag}${start}>${items.map(({ lines }) => `<li>${this.inner(lines, !isLoose)}</li>`).join("")}</${tag}>`);
  }

  /** The item that begins at this line, with the lines that belong to it; null when none of this list does. */
  private item(first: Item | undefined): Item | null {
    const found = RULE.test(this.line()) ? null : ITEM.exec(this.line());
    if (found === null) return null;
    const [, before = "", sign = "", gap = "", text = ""] = found;
    const isOrdered = /\d/.test(sign);
    if (first !== undefined && first.isOrdered !== isOrdered) return null;
    const indent = before.length + sign.length + (gap === "" || gap.length > 4 ? 1 : gap.length);
    const item: Item = { isOrdered, start: isOrdered ? parseInt(sign, 10) : 1, indent, lines: [text] };
    for (this.at++; this.at < this.lines.length && this.belongs(item); this.at++) item.lines.push(this.line().slice(Math.min(indent, indentOf(this.line()))));
    return item;
  }

  private belongs({ indent, lines }: Item): boolean {
    const line = this.line();
    return line.trim() === "" || indentOf(line) >= indent || this.isLazy(lines);
  }
}

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** An empty line with something after it. */
function hasGap(lines: readonly string[]): boolean {
  return /^\s*$[^]*\S/m.test(lines.join("\n"));
}

export function htmlOfMarkup(text: string, topLevel: TopLevel): string {
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n");
  return new Blocks(lines, topLevel, 0).read(false);
}
