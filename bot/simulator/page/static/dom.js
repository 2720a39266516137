// Elements are built, never parsed: what people wrote can only become text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; `on` holds listeners, null and false leave an attribute out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listen] of Object.entries(value)) made.addEventListener(event, listen);
    } else if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

const SHAPES = {
  up: "M7 11v9H4v-9h3Zm2 0 4-8a2.5 2.5 0 0 1 2.4 3L15 9h4.6a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 18.3 20H9v-9Z",
  down: "M7 13V4H4v9h3Zm2 0 4 8a2.5 2.5 0 0 0 2.4-3L15 15h4.6a2 2 0 0 0 2-2.4l-1.3-7A2 2 0 0 0 18.3 4H9v9Z",
  why: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm1 14h-2v-2h2v2Zm1.8-5.7-.8.8c-.6.6-1 1.1-1 2.4h-2v-.5c0-1 .4-1.9 1-2.5l1.1-1.1a1.9 1.9 0 1 0-3.2-1.4H8a4 4 0 1 1 6.8 2.3Z",
  robot: "M13 5.7V3.5h-2v2.2H7A3 3 0 0 0 4 8.7v7.6a3 3 0 0 0 3 3h10a3 3 0 0 0 3-3V8.7a3 3 0 0 0-3-3h-4ZM9 14a1.6 1.6 0 1 1 0-3.2A1.6 1.6 0 0 1 9 14Zm6 0a1.6 1.6 0 1 1 0-3.2 1.6 1.6 0 0 1 0 3.2Z",
  app: "M5 4h5v5H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Zm9 0h5a1 1 0 0 1 1 1v5h-6V4ZM4 14h6v6H5a1 1 0 0 1-1-1v-5Zm10 0h6v5a1 1 0 0 1-1 1h-5v-6Z",
  group: "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm7.5.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.5 18.2c0-2.7 2.9-4.7 6.5-4.7s6.5 2 6.5 4.7V19h-13v-.8Zm14.5.8h4.5v-.6c0-2.3-2.2-4-5-4l-.7.1c.8.9 1.2 2 1.2 3.3V19Z",
  bubble: "M5 4h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-7l-4.3 3.4c-.4.3-1 0-1-.5V17H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z",
  send: "M3.4 20.4 21 12.7a.8.8 0 0 0 0-1.4L3.4 3.6c-.6-.3-1.3.2-1.2.9L4 11l9 1-9 1-1.8 6.5c-.1.7.6 1.2 1.2.9Z",
};

/** A small picture that says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

const SIGNS = { bot: "robot", app: "app", group: "group", kf: "bubble", served: "bubble" };

/** A sign for somebody: a person's last letters in a colour of their own, a picture for all else. */
export function avatar(name, kind = "person") {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 7);
  const sign = SIGNS[kind] ? icon(SIGNS[kind]) : [...name].slice(-2).join("");
  return el("span", { class: `avatar ${kind} hue-${hue}`, "aria-hidden": "true" }, sign);
}
