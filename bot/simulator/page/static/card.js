// A template card: its words, and what can be pressed or chosen on it.

import { el } from "./dom.js";
import { link } from "./text.js";

/** A card as one person sees it; `press(key, chosen)` is called for what they press. */
export function card(face, name, press) {
  const chosen = new Map();
  const greyed = Boolean(face.replace_text);
  return el(
    "article",
    { class: "card", "aria-label": `卡片 ${face.main_title?.title ?? ""}` },
    head(face),
    body(face),
    questions(face).map((asked) => question(asked, name, chosen, greyed)),
    greyed ? el("p", { class: "card-done" }, face.replace_text) : buttons(face, () => Object.fromEntries(chosen), press),
    jumps(face),
    menu(face, greyed, press),
  );
}

function head(face) {
  return [
    face.source?.desc && el("p", { class: "card-source" }, face.source.desc),
    face.main_title?.title && el("h3", {}, face.main_title.title),
    face.main_title?.desc && el("p", { class: "card-desc" }, face.main_title.desc),
  ];
}

function body(face) {
  const quote = face.quote_area;
  const big = face.emphasis_content;
  return [
    big && el("p", { class: "card-big" }, el("strong", {}, big.title ?? ""), " ", big.desc ?? ""),
    quote && el("blockquote", {}, quote.title && el("strong", {}, quote.title), quote.quote_text),
    face.sub_title_text && el("p", { class: "card-words" }, face.sub_title_text),
    fields(face.horizontal_content_list),
    (face.vertical_content_list ?? []).map((one) =>
      el("p", { class: "card-words" }, el("strong", {}, one.title), one.desc && ` ${one.desc}`),
    ),
  ];
}

function fields(list = []) {
  if (!list.length) return null;
  const value = (one) => (one.type === 1 && one.url ? link(one.url, one.value ?? one.url) : (one.value ?? ""));
  return el("dl", {}, list.map((one) => [el("dt", {}, one.keyname), el("dd", {}, value(one))]));
}

function questions(face) {
  const named = (one, several) => one && { ...one, several };
  const vote = named(face.checkbox, face.checkbox?.mode === 1);
  return [named(face.button_selection, false), vote, ...(face.select_list ?? []).map((one) => named(one, false))].filter(Boolean);
}

function question(asked, name, chosen, greyed) {
  const key = asked.question_key;
  const first = asked.option_list.filter((one) => one.is_checked || one.id === asked.selected_id).map((one) => one.id);
  if (first.length) chosen.set(key, first);
  const group = `${name}-${key}`;
  return el(
    "fieldset",
    { disabled: greyed || asked.disable },
    asked.title && el("legend", {}, asked.title),
    asked.option_list.map((one) => option(one, asked.several, group, first, (ids) => chosen.set(key, ids))),
  );
}

function option(one, several, group, first, choose) {
  const change = (event) => {
    const inside = event.target.closest("fieldset").querySelectorAll("input:checked");
    choose([...inside].map((input) => input.value));
  };
  const input = el("input", {
    type: several ? "checkbox" : "radio", name: group, value: one.id, checked: first.includes(one.id), on: { change },
  });
  return el("label", {}, input, one.text);
}

function buttons(face, chosen, press) {
  const submit = face.submit_button ? [{ ...face.submit_button, style: 1 }] : [];
  const list = [...(face.button_list ?? []), ...submit];
  if (!list.length) return null;
  return el("div", { class: "card-buttons" }, list.map((one) => button(one, chosen, press)));
}

function button(one, chosen, press) {
  if (one.type === 1) return link(one.url, one.text);
  const click = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    await press(one.key, chosen());
    pressed.disabled = false;
  };
  return el("button", { type: "button", class: `style-${one.style ?? 1}`, on: { click } }, one.text);
}

function jumps(face) {
  const list = [...(face.jump_list ?? [])];
  if (face.card_action?.type === 1) list.push({ type: 1, url: face.card_action.url, title: "查看详情" });
  if (!list.length) return null;
  const shown = (one) => el("li", {}, one.type === 1 ? link(one.url, one.title) : el("span", {}, one.title));
  return el("ul", { class: "card-jumps" }, list.map(shown));
}

function menu(face, greyed, press) {
  const list = face.action_menu?.action_list ?? [];
  if (!list.length || greyed) return null;
  const item = (one) =>
    el("button", { type: "button", on: { click: () => press(one.key, {}) } }, one.text);
  return el("details", { class: "card-menu" }, el("summary", {}, face.action_menu.desc ?? "更多"), list.map(item));
}
