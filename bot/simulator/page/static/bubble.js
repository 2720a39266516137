// One thing said or seen: a bubble, a card, or a line about what somebody did.

import { order } from "./api.js";
import { card } from "./card.js";
import { avatar, el, icon } from "./dom.js";
import { blocks } from "./text.js";
import { why } from "./why.js";

const DONE = {
  enter_agent: "打开了聊天",
  enter_chat: "打开了聊天",
  enter_session: "进入了会话",
  template_card_event: "点了卡片",
  template_card_menu_event: "点了卡片的菜单",
  feedback_event: "评价了回答",
  session_status_change: "的会话换了人接待",
  user_recall_msg: "撤回了一条消息",
  msg_send_fail: "没有收到上一条",
};
const LOST = { cut: "机器人没有及时应答", status: "机器人没有收下", unreachable: "机器人不在线", lost: "应答丢在路上" };
const RICH = new Set(["stream", "markdown", "markdown_v2", "stream_with_template_card"]);

/** A record as one person sees it. `memory` keeps what is open or pressed while the bubble is drawn anew. */
export function bubble(record, reader, memory) {
  if (record.deed) return deed(record);
  const mine = record.human && record.person === (record.kind === "said" ? reader.id : reader.name);
  const who = mine ? "mine" : record.human ? "theirs" : "bots";
  return el(
    "li",
    { class: `turn ${who}`, "data-n": record.n },
    avatar(record.from, record.human ? "person" : "bot"),
    el(
      "div",
      { class: "turn-body" },
      el("p", { class: "speaker" }, record.from, !record.human && el("span", { class: "badge" }, "机器人")),
      content(record, reader),
      record.kind === "said" && delivery(record, memory),
      !record.human && footer(record, reader, memory),
    ),
  );
}

function deed(record) {
  return el("li", { class: "deed", "data-n": record.n }, `${record.from}${DONE[record.text] ?? ` · ${record.text}`}`);
}

function content(record, reader) {
  if (record.recalled) return el("p", { class: "recalled" }, "这条消息已经撤回");
  const face = record.faces[reader.id] ?? record.card;
  if (face) {
    const press = (key, chosen) => order("press", { person: reader.id, record: record.n, key, chosen });
    return card(face, `card-${record.n}-${reader.id}`, press);
  }
  if (!record.finished && !record.text) return el("div", { class: "bubble" }, dots(record.from));
  const pictures = record.pictures.map((id) =>
    el("img", { src: `/pictures/${encodeURIComponent(id)}`, alt: record.text, loading: "lazy" }),
  );
  const words = pictures.length ? pictures : blocks(record.text, RICH.has(record.type));
  return el("div", { class: `bubble${record.finished ? "" : " growing"}` }, words, record.menu && menu(record, reader));
}

/** The items of a menu, for the customer whom it was sent to. */
function menu(record, reader) {
  const press = (key) => order("press", { person: reader.id, record: record.n, key });
  const item = ([key, words]) =>
    el("button", { type: "button", disabled: record.person !== reader.id, on: { click: () => press(key) } }, words);
  return el("div", { class: "menu" }, Object.entries(record.menu).map(item));
}

/** Somebody is typing. */
export function dots(name) {
  return el("span", { class: "dots", role: "img", "aria-label": `${name}正在输入` }, el("i"), el("i"), el("i"));
}

function delivery(record, memory) {
  const { times, flying, arrived, ms, outcome } = record.delivery;
  const again = times > 1 ? ` · 送了 ${times} 次` : "";
  const state = arrived ? `${ms} 毫秒` : flying ? "正在送…" : (LOST[outcome] ?? "没有送到");
  const bad = !arrived && !flying;
  return el(
    "div",
    { class: "under" },
    el("span", { class: bad ? "bad" : null, title: "机器人用多久收下并应答" }, state + again),
    arrived && asking(record, memory, "怎么处理的"),
    memory.open.has(record.n) && why(record.n),
  );
}

function footer(record, reader, memory) {
  return el(
    "div",
    { class: "under" },
    asking(record, memory, "为什么这样回"),
    record.late && el("span", {}, "稍后补上的"),
    record.cut && el("span", { class: "bad" }, "太长，被截断了"),
    record.rateable && thumbs(record, reader, memory),
    memory.open.has(record.n) && why(record.n),
  );
}

function asking(record, memory, label) {
  const open = memory.open.has(record.n);
  const click = () => {
    if (!memory.open.delete(record.n)) memory.open.add(record.n);
    memory.draw(record.n);
  };
  return el("button", { type: "button", class: "ask", "aria-expanded": String(open), on: { click } }, icon("why"), label);
}

function thumbs(record, reader, memory) {
  const given = memory.thumbs.get(record.n);
  const thumb = (kind, name, label) => {
    const click = async () => {
      const next = given === kind ? 3 : kind;
      if (!(await order("rate", { person: reader.id, record: record.n, kind: next }))) return;
      memory.thumbs.set(record.n, next === 3 ? 0 : kind);
      memory.draw(record.n);
    };
    return el(
      "button",
      { type: "button", class: "thumb", "aria-label": label, "aria-pressed": String(given === kind), on: { click } },
      icon(name),
    );
  };
  return el("span", { class: "thumbs" }, thumb(1, "up", "答得准"), thumb(2, "down", "答得不准"));
}
