// Orders to the platform, the clock, and what goes over the wire.

import { order } from "./api.js";
import { el } from "./dom.js";
import { date, exactTime, span } from "./time.js";

const LEAPS = [
  [300, "5 分钟"], [1800, "30 分钟"], [7200, "2 小时"], [43200, "半天"], [86400, "1 天"], [604800, "7 天"],
];

/** Faults and the clock. */
export class Trouble {
  #store;
  #time = el("p", { class: "clock-time", role: "timer" });
  #date = el("p", { class: "clock-date" });
  #ahead = el("p", { class: "clock-ahead", "aria-live": "polite" });
  #list = el("ul", { class: "switches" });

  constructor(root, store) {
    this.#store = store;
    root.replaceChildren(
      el(
        "section",
        { class: "clock", "aria-labelledby": "clock-title" },
        el("h2", { id: "clock-title" }, "这里的时间"),
        this.#time, this.#date, this.#ahead,
        el("div", { class: "leaps", role: "group", "aria-label": "往后拨" }, LEAPS.map((leap) => this.#leap(leap))),
        el("p", { class: "hint" }, "往后拨，就能看到没人接单时的提醒、会话的交还、早晚不同的回复。"),
      ),
      el(
        "section",
        { "aria-labelledby": "switches-title" },
        el("h2", { id: "switches-title" }, "让企业微信出点故障"),
        this.#list,
        el("button", { type: "button", class: "plain", on: { click: () => order("expire", {}) } }, "让现在的 token 立刻过期"),
      ),
    );
    store.addEventListener("switches", () => this.#draw());
    store.addEventListener("clock", () => this.#tick());
    store.addEventListener("loaded", () => this.#draw());
    setInterval(() => this.#tick(), 1000);
  }

  #leap([seconds, label]) {
    return el("button", { type: "button", on: { click: () => order("advance", { seconds }) } }, `+${label}`);
  }

  #tick() {
    const { now, zone, ahead } = this.#store;
    this.#time.textContent = exactTime(now, zone);
    this.#date.textContent = date(now, zone);
    const text = ahead ? `比真的时间快了 ${span(ahead)}` : "和真的时间一样";
    if (this.#ahead.textContent !== text) this.#ahead.textContent = text;
  }

  #draw() {
    const held = document.activeElement?.id;
    this.#list.replaceChildren(...this.#store.switches.map((one) => this.#switch(one)));
    if (held) document.getElementById(held)?.focus();
    this.#tick();
  }

  #switch({ name, label, hint, on }) {
    const change = (event) => order("switch", { name, on: event.target.checked });
    const id = `switch-${name}`;
    return el(
      "li",
      {},
      el("input", { type: "checkbox", role: "switch", id, checked: on, "aria-describedby": `${id}-hint`, on: { change } }),
      el("label", { for: id }, el("b", {}, label), el("small", { id: `${id}-hint` }, hint)),
    );
  }
}

/** What WeCom brings to the bot, and what the bot asks of WeCom. */
export class Traffic {
  #store;
  #list = el("ol", { class: "lines" });
  #due = false;

  constructor(root, store) {
    this.#store = store;
    root.replaceChildren(
      el("h2", {}, "线路"),
      el("p", { class: "hint" }, "← 企业微信推给机器人的回调；→ 机器人调用的接口。新的在上面。"),
      this.#list,
    );
    store.addEventListener("traffic", () => this.#soon());
    store.addEventListener("loaded", () => this.#soon());
  }

  #soon() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      const lines = [...this.#store.traffic.values()].sort((a, b) => b.n - a.n);
      this.#list.replaceChildren(...lines.map((line) => this.#line(line)));
    });
  }

  #line({ at, way, what, result, fine, ms, fault }) {
    return el(
      "li",
      { class: fine ? null : "bad" },
      el("span", { class: `way ${way}`, "aria-label": way === "in" ? "回调" : "接口" }, way === "in" ? "←" : "→"),
      el("span", { class: "what" }, what),
      el("span", { class: "result" }, result, fault && el("em", {}, fault)),
      el("time", {}, exactTime(at, this.#store.zone), ms !== null && ` · ${ms} 毫秒`),
    );
  }
}
