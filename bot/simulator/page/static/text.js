// What people and bots wrote, as nodes: a little markdown, links, nothing else. There is no way to HTML from here.

import { el } from "./dom.js";

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "\\*\\*([^*\\n]+)\\*\\*",
    "\\[([^\\]\\n]+)\\]\\((https?:\\/\\/[^\\s)]+)\\)",
    "<a\\s+href=[\"'](https?:\\/\\/[^\"']+)[\"'][^>]*>([^<]*)<\\/a>",
    "<font\\s+color=[\"']?(info|comment|warning)[\"']?>([^<]*)<\\/font>",
    "(https?:\\/\\/[^\\s<>「」，。；！？、）)]+)",
  ].join("|"),
  "g",
);

/** A text as block elements. `rich`: headings, quotes, lists and code are meant as such. */
export function blocks(text, rich) {
  if (!rich) return [el("p", {}, inline(text))];
  const made = [];
  for (const [number, part] of text.split(/^```[^\n]*\n?/m).entries()) {
    if (number % 2) made.push(el("pre", {}, el("code", {}, part.replace(/\n$/, ""))));
    else made.push(...paragraphs(part));
  }
  return made;
}

function paragraphs(text) {
  return text
    .split(/\n{2,}/)
    .map((part) => part.replace(/^\n+|\n+$/g, ""))
    .filter(Boolean)
    .flatMap(paragraph);
}

function paragraph(text) {
  const made = [];
  for (const line of text.split("\n")) {
    const [kind, words] = shape(line);
    const last = made.at(-1);
    if (last?.kind === kind && kind !== "heading") last.lines.push(words);
    else made.push({ kind, lines: [words] });
  }
  return made.map(({ kind, lines }) => block(kind, lines));
}

function shape(line) {
  const heading = /^#{1,6}\s+(.*)/.exec(line);
  if (heading) return ["heading", heading[1]];
  const quote = /^>\s?(.*)/.exec(line);
  if (quote) return ["quote", quote[1]];
  const item = /^[-*]\s+(.*)/.exec(line);
  if (item) return ["list", item[1]];
  return ["words", line];
}

function block(kind, lines) {
  if (kind === "heading") return el("p", { class: "heading" }, inline(lines[0]));
  if (kind === "list") return el("ul", {}, lines.map((line) => el("li", {}, inline(line))));
  return el(kind === "quote" ? "blockquote" : "p", {}, inline(lines.join("\n")));
}

/** A line of text: links, bold, code. */
function inline(text) {
  const made = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    made.push(text.slice(end, found.index), span(found));
    end = found.index + found[0].length;
  }
  made.push(text.slice(end));
  return made;
}

function span([whole, code, bold, label, target, href, words, colour, coloured, bare]) {
  if (code) return el("code", {}, code);
  if (bold) return el("strong", {}, bold);
  if (target) return link(target, label);
  if (href) return link(href, words || href);
  if (colour) return el("span", { class: `ink-${colour}` }, coloured);
  return link(bare ?? whole, bare ?? whole);
}

/** A link that tells its target nothing; only web addresses become one. */
export function link(target, label) {
  if (!/^https?:\/\//.test(target)) return label;
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label);
}
