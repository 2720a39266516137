// 「为什么这样回」: the stored trace of an answer.

import { reasons } from "./api.js";
import { el } from "./dom.js";

/** The panel, filled when it is there. */
export function why(number) {
  const panel = el("section", { class: "why", "aria-label": "为什么这样回", "aria-busy": "true" }, el("p", {}, "正在翻记录…"));
  reasons(number).then(
    (found) => fill(panel, told(found)),
    (error) => fill(panel, [el("p", { class: "why-none" }, error.message)]),
  );
  return panel;
}

function fill(panel, nodes) {
  panel.removeAttribute("aria-busy");
  panel.replaceChildren(...nodes.filter(Boolean));
}

function told(found) {
  return [
    el(
      "ul",
      { class: "chips" },
      chip(found.outcome, "outcome"),
      chip(found.handler),
      chip(found.rule && `“${found.rule}”`),
      chip(found.score !== null && `把握 ${found.score.toFixed(2)}`),
      chip(found.took),
    ),
    line("原因", found.reason),
    line("其次", found.runner_up),
    steps(found.steps),
    sent(found.sent),
    el("p", { class: "why-id" }, el("span", {}, found.event), found.config && ` · 配置 ${found.config}`),
  ];
}

function chip(text, kind = "") {
  return text && el("li", { class: kind }, text);
}

function line(label, text) {
  return text && el("p", {}, el("b", {}, label), text);
}

function steps(list) {
  if (!list.length) return null;
  const head = ["功能", "规则", "把握", "结果"].map((text) => el("th", { scope: "col" }, text));
  return el(
    "div",
    { class: "why-steps", tabindex: 0, role: "group", "aria-label": "试过什么" },
    el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, list.map(step))),
  );
}

function step(one) {
  const score = one.score ? Number(one.score) : null;
  const bar = score === null ? "" : el("span", { class: "bar" }, el("span", { class: "bar-text" }, one.score));
  if (bar) bar.style.setProperty("--score", String(Math.min(1, Math.max(0, score))));
  return el(
    "tr",
    { class: one.won ? "won" : null },
    el("td", {}, one.handler),
    el("td", {}, one.rule),
    el("td", {}, bar),
    el("td", {}, one.result),
  );
}

function sent(list) {
  const shown = list.filter((one) => one.text);
  if (!shown.length) return null;
  return el("ul", { class: "why-sent" }, shown.map((one) => el("li", {}, el("b", {}, one.state), one.text)));
}
