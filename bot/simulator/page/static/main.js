// The page: who I am, where I talk, and what stands beside.

import { order } from "./api.js";
import { avatar, el } from "./dom.js";
import { listen } from "./listen.js";
import { Pane } from "./pane.js";
import { Traffic, Trouble } from "./side.js";
import { Store } from "./store.js";

const WIDE = matchMedia("(min-width: 1100px)");
const store = new Store();
const id = (name) => document.getElementById(name);
const chat = new Pane(id("chat"), store, "聊天");
const desk = new Pane(id("desk"), store, "客服台");
new Trouble(id("trouble"), store);
new Traffic(id("traffic"), store);

// Looking around.

let tab = "desk";

function view(name) {
  document.body.dataset.view = name;
  if (["desk", "trouble", "traffic"].includes(name)) tab = name;
  for (const button of document.querySelectorAll(".tabbar button")) mark(button, "aria-current", button.dataset.view === name);
  for (const button of document.querySelectorAll("[role=tab]")) {
    button.setAttribute("aria-selected", String(button.dataset.tab === tab));
    button.tabIndex = button.dataset.tab === tab ? 0 : -1;
  }
  document.body.dataset.tab = tab;
  badges();
}

function mark(element, attribute, on) {
  if (on) element.setAttribute(attribute, "true");
  else element.removeAttribute(attribute);
}

for (const button of document.querySelectorAll(".tabbar button")) {
  button.addEventListener("click", () => view(button.dataset.view));
}
const tabs = [...document.querySelectorAll("[role=tab]")];
for (const [at, button] of tabs.entries()) {
  button.addEventListener("click", () => view(button.dataset.tab));
  button.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    view(next.dataset.tab);
    next.focus();
  });
}
WIDE.addEventListener("change", () => badges());

// Who and where.

function person(one) {
  const click = () => {
    store.become(one.id);
    view("chat");
  };
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "row", "aria-pressed": String(one === store.me), "data-person": one.id, on: { click } },
      avatar(one.name),
      el("span", { class: "row-words" }, el("b", {}, one.name), el("small", {}, one.role)),
    ),
  );
}

function place(one) {
  const unread = one === store.place ? 0 : store.unread(one.id);
  const click = () => {
    store.go(one.id);
    view("chat");
    if (WIDE.matches) chat.focus();
  };
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "row", "aria-pressed": String(one === store.place), "data-place": one.id, on: { click } },
      avatar(one.title, one.kind),
      el("span", { class: "row-words" }, el("b", {}, one.title), el("small", {}, one.subtitle)),
      unread ? el("span", { class: "count", "aria-label": `${unread} 条没看` }, String(unread)) : null,
    ),
  );
}

function drawLists() {
  redraw(id("people"), store.people.map(person));
  redraw(id("places"), store.me.places.map(place));
}

/** Put new rows in, and leave the keyboard where it was. */
function redraw(list, rows) {
  const held = list.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
  list.replaceChildren(...rows);
  const key = held && Object.keys(held)[0];
  if (key) [...list.querySelectorAll(".row")].find((row) => row.dataset[key] === held[key])?.focus();
}

function drawChat() {
  const { me, place: here } = store;
  const switcher = el("button", { type: "button", class: "who", on: { click: () => view("people") } }, avatar(me.name), me.name);
  const works = here.kind === "served" || (here.kind === "app" && me.staff);
  const head = [title(here.title, here.subtitle), here.kind === "served" ? ending() : "", switcher];
  chat.show(me, here, head, works ? store.words : store.suggestions);
  store.look(here.id);
  document.title = `${here.title} · 群伴`;
}

/** The servicer's way out of a session in 微信客服. */
function ending() {
  const click = () => order("end", { person: store.me.id, place: store.place.id });
  return el("button", { type: "button", class: "who", on: { click } }, "结束会话");
}

function drawDesk() {
  const counter = store.counter;
  if (!counter) return;
  const change = (event) => store.attend(event.target.value);
  const options = store.staff
    .map((one) => store.person(one))
    .map((one) => el("option", { value: one.id, selected: one === store.attendant }, one.name));
  const chooser = el("select", { "aria-label": "看谁的客服台", on: { change } }, options);
  const head = [title("客服台", `${store.attendant.name}在“${counter.title}”里看到的`), chooser];
  desk.show(store.attendant, counter, head, store.words);
}

function title(name, subtitle) {
  return el("div", { class: "pane-title" }, el("h2", {}, name), el("p", {}, subtitle));
}

/** Who has something new that nobody looks at. */
function badges() {
  const counter = store.counter?.id;
  const looking = document.body.dataset.view === "desk" || (WIDE.matches && tab === "desk");
  if (counter && looking) store.look(counter);
  const waiting = counter ? store.unread(counter) : 0;
  for (const button of document.querySelectorAll('[data-tab="desk"], .tabbar [data-view="desk"]')) {
    mark(button, "data-new", waiting > 0);
  }
}

function drawAll() {
  drawLists();
  drawChat();
  drawDesk();
  badges();
}

store.addEventListener("loaded", drawAll);
store.addEventListener("moved", () => {
  drawLists();
  drawChat();
});
store.addEventListener("peopled", drawAll);
store.addEventListener("attendant", () => {
  drawDesk();
  badges();
});
store.addEventListener("record", ({ detail }) => {
  if (detail.place === store.place?.id) store.look(detail.place);
  drawLists();
  badges();
});

view("chat");
listen(store, (standing) => {
  id("link").textContent = standing ? "已连上" : "断开了，正在重连…";
  document.body.classList.toggle("offline", !standing);
});
