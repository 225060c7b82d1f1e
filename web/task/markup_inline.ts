// What stands inside a paragraph: **bold**, *emphasis*, `code`, [links](https://...), <https://...>, \escapes, line breaks. As CommonMark
// has it (its delimiter runs decide what is emphasis), without images, references and entities. Every character of the input comes out escaped.

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** A piece of the output; a run of * or _ can still become tags on both of its sides. */
interface Piece {
  html: string;
  run: Run | null;
}

interface Run {
  sign: string;
  /** Before any was used: the rule of three looks at it. */
  length: number;
  /** Not used yet. */
  left: number;
  opens: boolean;
  closes: boolean;
  /** Tags that end here, and tags that begin here. */
  before: string;
  after: string;
}

/** Links lead to the web, to a mail address or to a telephone, never to a script. */
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)[^\s<>]+$/i;
/** From "(": the address, plain with one level of parentheses or in <>, and perhaps a title. */
const TARGET = /\(\s*(?:<([^<>\n]*)>|((?:[^\s()<>]|\([^\s()]*\))+))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/y;
const AUTOLINK = /<((?:https?:\/\/|mailto:)[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>/iy;
const CODE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y;
const ESCAPED_SIGN = /\\([!-/:-@[-`{-~])/y;
const BREAK = /(?: {2,}|\\)\n */y;
const RUN = /\*+|_+/y;
const PLAIN = /[^\\`<[*_\n ]+|[\s\S]/y;
/** A label of more signs is not looked for: a text full of "[" is not worth the time. */
const LABEL_LENGTH_MAX = 1000;
/** Nor are links and emphasis in a paragraph of more. */
const INLINE_LENGTH_MAX = 20_000;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function anchor(address: string, html: string): string {
  return `<a href="${escaped(address)}" target="_blank" rel="noopener noreferrer">${html}</a>`;
}

/** Where the label that begins at "[" ends: the place of its "]", or -1. */
function labelEnd(text: string, at: number): number {
  let depth = 0;
  const end = Math.min(text.length, at + LABEL_LENGTH_MAX);
  for (let place = at; place < end; place++) {
    const sign = text[place];
    if (sign === "\\") place++;
    else if (sign === "[") depth++;
    else if (sign === "]" && --depth === 0) return place;
  }
  return -1;
}

interface Link { html: string; end: number }

function linkAt(text: string, at: number): Link | null {
  const close = labelEnd(text, at);
  const target = close < 0 ? null : matchAt(TARGET, text, close + 1);
  if (target === null) return null;
  const address = target[1] ?? target[2] ?? "";
  const label = text.slice(at + 1, close);
  const end = close + 1 + target[0].length;
  if (!ADDRESS.test(address) || label.trim() === "") return { html: escaped(text.slice(at, end)), end };
  return { html: anchor(address, inlineHtml(label, true)), end };
}

function autolink(content: string): string {
  return anchor(content.includes("@") && !/^(?:mailto:|https?:)/i.test(content) ? `mailto:${content}` : content, escaped(content));
}

function isSpace(sign: string | undefined): boolean {
  return sign === undefined || /\s/u.test(sign);
}

function isPunctuation(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{P}\p{S}]/u.test(sign);
}

/** Which sides of a run can hold text decides whether it opens, closes, or is only itself. */
function runAt(text: string, at: number, signs: string): Run {
  const end = at + signs.length;
  // A sign may be two units long; half of one is neither space nor punctuation, and that is all that counts.
  const before = Array.from(text.slice(Math.max(at - 2, 0), at)).pop();
  const after = Array.from(text.slice(end, end + 2)).shift();
  const isLeft = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
  const isRight = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
  const isWordly = signs.startsWith("_");
  return {
    sign: signs[0] ?? "",
    length: signs.length,
    left: signs.length,
    opens: isLeft && (!isWordly || !isRight || isPunctuation(before)),
    closes: isRight && (!isWordly || !isLeft || isPunctuation(after)),
    before: "",
    after: "",
  };
}

function cut(text: string, isInLink: boolean): Piece[] {
  const pieces: Piece[] = [];
  const put = (html: string): void => { pieces.push({ html, run: null }); };
  for (let at = 0; at < text.length; ) {
    const [sign, code, escape, auto, gap] = [
      text[at], matchAt(CODE, text, at), matchAt(ESCAPED_SIGN, text, at), isInLink ? null : matchAt(AUTOLINK, text, at), matchAt(BREAK, text, at),
    ];
    const link = sign === "[" && !isInLink ? linkAt(text, at) : null;
    const signs = matchAt(RUN, text, at);
    const found = code ?? escape ?? auto ?? gap ?? signs ?? matchAt(PLAIN, text, at);
    if (link !== null) put(link.html);
    else if (code !== null) put(`<code>${escaped((code[2] ?? "").replace(/\n/g, " ").trim())}</code>`);
    else if (escape !== null) put(escaped(escape[1] ?? ""));
    else if (auto !== null) put(autolink(auto[1] ?? ""));
    else if (gap !== null) put("<br>");
    else if (signs !== null) pieces.push({ html: "", run: runAt(text, at, signs[0]) });
    else put(escaped((found?.[0] ?? "").replace("\n", " ")));
    at = link?.end ?? at + (found?.[0].length ?? 1);
  }
  return pieces;
}

function fits(opener: Run, closer: Run): boolean {
  if (opener.sign !== closer.sign || !opener.opens || opener.left === 0) return false;
  // CommonMark's rule of three: of "**a*b**" the single one in the middle must not close half of a double one.
  const isBoth = opener.closes || closer.opens;
  return !isBoth || (opener.length + closer.length) % 3 !== 0 || (opener.length % 3 === 0 && closer.length % 3 === 0);
}

function pair(opener: Run, closer: Run): void {
  const count = opener.left >= 2 && closer.left >= 2 ? 2 : 1;
  const tag = count === 2 ? "strong" : "em";
  opener.left -= count;
  closer.left -= count;
  opener.after = `<${tag}>${opener.after}`;
  closer.before += `</${tag}>`;
}

/** Pairs what opens with what closes, innermost first; what is between a pair and open is only itself. */
function joinRuns(runs: Run[]): void {
  const open: Run[] = [];
  for (const run of runs) {
    while (run.closes && run.left > 0) {
      let at = open.length - 1;
      while (at >= 0 && !fits(open[at] as Run, run)) at--;
      const opener = open[at];
      if (opener === undefined) break;
      open.length = at + 1;
      pair(opener, run);
      if (opener.left === 0) open.pop();
    }
    if (run.opens && run.left > 0) open.push(run);
  }
}

export function inlineHtml(text: string, isInLink = false): string {
  if (text.length > INLINE_LENGTH_MAX) return escaped(text.replace(/\n/g, " "));
  const pieces = cut(text, isInLink);
  joinRuns(pieces.flatMap(({ run }) => (run === null ? [] : [run])));
  return pieces.map(({ html, run }) => (run === null ? html : run.before + run.sign.repeat(run.left) + run.after)).join("");
}
