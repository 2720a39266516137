// A chat: somebody in a place. The page has two, the reader's own and the staff's desk.

import { order } from "./api.js";
import { bubble, dots } from "./bubble.js";
import { avatar, el, icon } from "./dom.js";
import { dayTime } from "./time.js";

const QUIET = 300;
const NEAR = 80;

export class Pane {
  #store;
  #reader = null;
  #place = null;
  #list;
  #head;
  #typing;
  #composer;
  #atEnd = true;
  #memory = { open: new Set(), thumbs: new Map(), draw: (n) => this.#draw(this.#store.records.get(n), true) };

  constructor(root, store, label) {
    this.#store = store;
    this.#head = el("header", { class: "pane-head" });
    this.#list = el("ol", { class: "turns" });
    this.#typing = el("div", { class: "typing" });
    this.#composer = new Composer((text) => order("say", { person: this.#reader.id, place: this.#place.id, text }));
    const scroll = el("div", { class: "scroll", tabindex: 0, role: "log", "aria-label": label }, this.#list, this.#typing);
    root.replaceChildren(this.#head, scroll, this.#composer.root);
    scroll.addEventListener("scroll", () => (this.#atEnd = this.#isNear()), { passive: true });
    new ResizeObserver(() => this.#atEnd && this.#down()).observe(scroll);
    store.addEventListener("record", ({ detail }) => detail.place === this.#place?.id && this.#draw(detail));
  }

  /** Show a place to somebody. `head`: what stands on top; `words`: what they might want to say. */
  show(reader, place, head, words) {
    const moved = reader.id !== this.#reader?.id || place.id !== this.#place?.id;
    this.#reader = reader;
    this.#place = place;
    this.#head.replaceChildren(...head);
    this.#composer.serve(reader, place, words);
    if (moved && place.kind !== "group") order("enter", { person: reader.id, place: place.id });
    this.#drawAll();
  }

  focus() {
    this.#composer.focus();
  }

  #drawAll() {
    const records = this.#store.in(this.#place.id);
    this.#list.replaceChildren(...records.map((record) => still(this.#made(record))));
    this.#separate();
    this.#showTyping();
    this.#down();
  }

  #made(record) {
    return bubble(record, this.#reader, this.#memory);
  }

  #draw(record, opened = false) {
    const near = this.#isNear();
    const old = this.#list.querySelector(`[data-n="${record.n}"]`);
    const made = this.#made(record);
    const held = old?.contains(document.activeElement) ? document.activeElement.className : null;
    const panel = old?.querySelector(".why");
    if (old) old.replaceWith(made);
    else this.#list.append(made);
    if (old) still(made);
    else made.addEventListener("animationend", () => still(made));
    const fresh = made.querySelector(".why");
    if (panel && fresh) fresh.replaceWith(panel);
    if (held) made.getElementsByClassName(held)[0]?.focus();
    this.#separate();
    this.#showTyping();
    if (opened) made.querySelector(".why")?.scrollIntoView({ block: "nearest" });
    else if (near || record.person === this.#reader.id) this.#down();
  }

  /** The time, where nobody had spoken for a while. */
  #separate() {
    for (const line of this.#list.querySelectorAll(".when")) line.remove();
    let last = -Infinity;
    for (const turn of [...this.#list.children]) {
      const { at } = this.#store.records.get(Number(turn.dataset.n)) ?? { at: last };
      if (at - last > QUIET) turn.before(el("li", { class: "when" }, dayTime(at, this.#store.zone, this.#store.now)));
      last = at;
    }
  }

  #showTyping() {
    const records = this.#store.in(this.#place.id);
    const answered = new Set(records.map((record) => record.answers));
    const waits = records.some((record) => record.delivery?.flying && !answered.has(record.n) && !record.deed);
    const name = this.#place.bot ?? this.#place.title;
    this.#typing.replaceChildren(...(waits ? [avatar(name, "bot"), el("div", { class: "bubble" }, dots(name))] : []));
  }

  #isNear() {
    const scroll = this.#list.parentElement;
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  }

  #down() {
    const scroll = this.#list.parentElement;
    scroll.scrollTop = scroll.scrollHeight;
  }
}

/** What was there before does not arrive again, nor when it is only shown again. */
function still(turn) {
  turn.classList.add("old");
  return turn;
}

class Composer {
  #send;
  #input;
  #chips;
  #prefix;
  #drafts = new Map();
  #key = "";
  #unique = `say-${Math.random().toString(36).slice(2)}`;

  constructor(send) {
    this.#send = send;
    this.#chips = el("div", { class: "suggestions", role: "group", "aria-label": "可以这样说" });
    this.#prefix = el("span", { class: "prefix" });
    this.#input = el("textarea", {
      id: this.#unique, rows: 1, maxlength: 4000, autocomplete: "off", enterkeyhint: "send",
      on: { keydown: (event) => this.#key_(event), input: () => this.#fit() },
    });
    const submit = (event) => {
      event.preventDefault();
      this.#go();
    };
    this.root = el(
      "form",
      { class: "composer", on: { submit } },
      this.#chips,
      el(
        "div",
        { class: "composer-line" },
        el("label", { class: "hidden", for: this.#unique }, "说点什么"),
        this.#prefix,
        this.#input,
        el("button", { class: "send", "aria-label": "发送" }, icon("send")),
      ),
    );
  }

  serve(reader, place, words) {
    this.#drafts.set(this.#key, this.#input.value);
    this.#key = `${reader.id} ${place.id}`;
    this.#input.value = this.#drafts.get(this.#key) ?? "";
    this.#prefix.textContent = place.kind === "group" ? `@${place.bot}` : "";
    this.#input.placeholder = place.kind === "group" ? "对它说…" : `对${place.title}说…`;
    this.#chips.replaceChildren(...words.map((text) => this.#chip(text)));
    this.#fit();
  }

  focus() {
    this.#input.focus();
  }

  #chip(text) {
    return el("button", { type: "button", on: { click: () => this.#send(text) } }, text);
  }

  #key_(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#go();
  }

  async #go() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = "";
    this.#fit();
    if (!(await this.#send(text)) && !this.#input.value) this.#input.value = text;
    this.#fit();
  }

  #fit() {
    this.#input.style.height = "auto";
    this.#input.style.height = `${Math.min(this.#input.scrollHeight, 140)}px`;
  }
}
