import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { htmlOfMarkup } from "../task/markup";

const TOP = process.env.DINOLAB_TOP ?? ".";

/** Input and output line by line; the output at level 1. */
const CASES: readonly [what: string, input: string, output: string][] = [
  ["paragraphs", "one\nline\n\ntwo", "<p>one line</p>\n<p>two</p>"],
  ["Windows lines and a byte order mark", "\uFEFFone\r\n\r\ntwo\r\n", "<p>one</p>\n<p>two</p>"],
  ["headings", "# One\n## Two #\n###### Six\n####### seven\n#none", "<h1>One</h1>\n<h2>Two</h2>\n<h6>Six</h6>\n<p>####### seven #none</p>"],
  ["underlined headings", "One\n===\nTwo\nmore\n---", "<h1>One</h1>\n<h2>Two more</h2>"],
  ["a heading without words", "#\ntext", "<h1></h1>\n<p>text</p>"],
  ["rules", "a\n\n---\n* * *\n___", "<p>a</p>\n<hr>\n<hr>\n<hr>"],
  ["a list after a line", "Bring:\n- one\n* two\n+ three", "<p>Bring:</p>\n<ul><li>one</li><li>two</li><li>three</li></ul>"],
  ["items of several lines", "- one\n  goes on\n- two\ngoes on", "<ul><li>one goes on</li><li>two goes on</li></ul>"],
  ["lists in lists", "1. one\n   - a\n   - b\n     - c\n2. two", "<ol><li>one\n<ul><li>a</li><li>b\n<ul><li>c</li></ul></li></ul></li><li>two</li></ol>"],
  ["items with empty lines between", "- one\n\n- two\n\nafter", "<ul><li><p>one</p></li><li><p>two</p></li></ul>\n<p>after</p>"],
  ["items of several paragraphs", "1. one\n\n   more\n2. two", "<ol><li><p>one</p>\n<p>more</p></li><li><p>two</p></li></ol>"],
  ["a list that begins later", "3) three\n4) four", '<ol start="3"><li>three</li><li>four</li></ol>'],
  ["two kinds of list", "- one\n\n1. first\n2. second", "<ul><li>one</li></ul>\n<ol><li>first</li><li>second</li></ol>"],
  ["a year is no list", "It was in\n2019. Then", "<p>It was in 2019. Then</p>"],
  ["quotations", "> one\nlazy\n>\n> - two\n\nafter", "<blockquote><p>one lazy</p>\n<ul><li>two</li></ul></blockquote>\n<p>after</p>"],
  ["line breaks", "one  \ntwo\\\nthree \nfour", "<p>one<br>two<br>three  four</p>"],
  ["bold and emphasis", "**a** __b__ *c* _d_ ***e*** **f *g* h**",
    "<p><strong>a</strong> <strong>b</strong> <em>c</em> <em>d</em> <em><strong>e</strong></em> <strong>f <em>g</em> h</strong></p>"],
  ["stars and lines that are only themselves", "2 * 3 * 4, snake_case_name, **open, * x *, **", "<p>2 * 3 * 4, snake_case_name, **open, * x *, **</p>"],
  ["emphasis in words and beside signs", "in*side*s, (*a*), \u201c**b**\u201d.", "<p>in<em>side</em>s, (<em>a</em>), \u201c<strong>b</strong>\u201d.</p>"],
  ["escapes", "\\*no\\* \\# \\[a\\](b) \\\\ \\d", "<p>*no* # [a](b) \\ \\d</p>"],
  ["code", "`a*b*` ``c`d`` ` open", "<p><code>a*b*</code> <code>c`d</code> ` open</p>"],
  ["links", "[a *b*](https://x.org/a_b_c(d)?e=f&g \"t\") [m](mailto:a@x.org) [t](tel:+4912) [s](<https://x.org/>)",
    '<p><a href="https://x.org/a_b_c(d)?e=f&amp;g" target="_blank" rel="noopener noreferrer">a <em>b</em></a>'
    + ' <a href="mailto:a@x.org" target="_blank" rel="noopener noreferrer">m</a> <a href="tel:+4912" target="_blank" rel="noopener noreferrer">t</a>'
    + ' <a href="https://x.org/" target="_blank" rel="noopener noreferrer">s</a></p>'],
  ["addresses in angle brackets", "<https://x.org/?a=1&b=2> <ada.l@x-y.org>",
    '<p><a href="https://x.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">https://x.org/?a=1&amp;b=2</a>'
    + ' <a href="mailto:ada.l@x-y.org" target="_blank" rel="noopener noreferrer">ada.l@x-y.org</a></p>'],
  ["links in bold, brackets that are none", "**[a](https://x.org)** [b] (c) [d](e f) [](https://x.org)",
    '<p><strong><a href="https://x.org" target="_blank" rel="noopener noreferrer">a</a></strong> [b] (c) [d](e f) [](https://x.org)</p>'],
  ["links to scripts and files", "[a](javascript:alert(1)) [b](JAVASCRIPT:x) [c](data:text/html,x) [d](/local) [e](file:///etc) ![i](https://x.org/p.png)",
    "<p>[a](javascript:alert(1)) [b](JAVASCRIPT:x) [c](data:text/html,x) [d](/local) [e](file:///etc)"
    + ' !<a href="https://x.org/p.png" target="_blank" rel="noopener noreferrer">i</a></p>'],
  ["tags, comments and entities", "<b onclick='x'>a</b> <!-- c --> &amp; &lt;",
    "<p>&lt;b onclick=&#39;x&#39;&gt;a&lt;/b&gt; &lt;!-- c --&gt; &amp;amp; &amp;lt;</p>"],
  ["other scripts", "# \u05e9\u05dc\u05d5\u05dd\n\n**\u0645\u0631\u062d\u0628\u0627** \ud83e\udd95*x*", "<h1>\u05e9\u05dc\u05d5\u05dd</h1>\n<p><strong>\u0645\u0631\u062d\u0628\u0627</strong> \ud83e\udd95<em>x</em></p>"],
  ["nothing", " \n\n ", ""],
];

for (const [what, input, output] of CASES) test(`markup: ${what}`, () => { assert.equal(htmlOfMarkup(input, 1), output); });

test("headings begin at the level that the screen leaves to them", () => {
  assert.equal(htmlOfMarkup("# One\n## Two", 2), "<h2>One</h2>\n<h3>Two</h3>");
  assert.equal(htmlOfMarkup("# One\n###### Six", 3), "<h3>One</h3>\n<h6>Six</h6>");
});

const TAGS = /<(\/?)(h[1-6]|p|ul|ol(?: start="\d+")?|li|blockquote|hr|br|strong|em|code|a)(?: href="(?:https?:\/\/|mailto:|tel:)[^"<>\s]*" target="_blank" rel="noopener noreferrer")?>/gi;

/** Every < belongs to a tag that we make, and every tag is closed in order. */
function expectSafe(html: string, input: string): void {
  const open: string[] = [];
  for (const [, slash, full = ""] of html.matchAll(TAGS)) {
    const name = full.split(" ")[0] ?? "";
    if (slash === "/") assert.equal(open.pop(), name, input);
    else if (name !== "hr" && name !== "br") open.push(name);
  }
  assert.deepEqual(open, [], input);
  const rest = html.replace(TAGS, "");
  assert.ok(!/[<>"']/.test(rest), `${input}\n${html}`);
}

test("whatever is put in, what comes out is only our own tags, each closed", () => {
  const pieces = ["*", "**", "_", "__", "`", "``", "[", "](", "](https://x.org", "](javascript:x", ")", "<", ">", "<https://x.org>", "<a@b.cd>", "<script>",
    '"', "'", "&", "\\", "\n", "\n\n", "  \n", "- ", "1. ", "    ", "> ", "# ", "---", "===", "a", "b c", "\u00e9", "\ud83e\udd95", "!", "\t"];
  let seed = 20261124;
  const below = (count: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * count);
  };
  for (let round = 0; round < 5_000; round++) {
    const input = Array.from({ length: 1 + below(25) }, () => pieces[below(pieces.length)]).join("");
    expectSafe(htmlOfMarkup(input, 1), input);
  }
});

test("the longest text there can be ends, however it is built", () => {
  for (const unit of ["[", "*a ", "_a*", "> ", "- ", "`a", "<a", "**a_", "![", "a\n", "1. ", "    ", "\\", "]("]) {
    const input = unit.repeat(Math.ceil((64 * 1024) / unit.length));
    expectSafe(htmlOfMarkup(input, 1), unit);
  }
});

test("the texts of the program are read whole: no sign of Markdown is left over", () => {
  const folder = join(TOP, "schema", "documents");
  const files = readdirSync(folder).filter((name) => name.endsWith(".md"));
  assert.ok(files.length >= 8);
  for (const name of files) {
    const html = htmlOfMarkup(readFileSync(join(folder, name), "utf8"), 2);
    expectSafe(html, name);
    assert.ok(!/[*#`[\]]|^- /m.test(html.replace(TAGS, "").replace(/&#39;/g, "")), name);
    assert.match(html, /<h2>/);
  }
});
