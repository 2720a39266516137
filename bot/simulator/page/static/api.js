// Orders to the simulated company.

import { el } from "./dom.js";

const GONE = "演示已经停了，在终端里重新运行 make demo";

/** Give an order; what cannot be done is said aloud. True when it is on its way. */
export async function order(name, body) {
  const headers = { "Content-Type": "application/json" };
  try {
    await answered(`/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
  } catch (error) {
    say(error.message);
    return false;
  }
  return true;
}

/** Why the bot answered as it did; an Error with a sentence when it cannot tell. */
export function reasons(number) {
  return answered(`/why/${number}`);
}

/** What the server answers; an Error with a sentence for people when it refuses, or is gone. */
async function answered(path, options) {
  const response = await fetch(path, options).catch(() => null);
  const found = await response?.json().catch(() => null);
  if (response?.ok && found) return found;
  throw new Error(found?.error ?? GONE);
}

let hiding = 0;

/** Show a sentence for a while. */
export function say(text) {
  const toast = document.getElementById("toast");
  toast.replaceChildren(el("p", {}, text));
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.replaceChildren(), 5000);
}
