// Orders to the simulated company.

import { el } from "./dom.js";

/** Give an order; what cannot be done is said aloud. True when it is on its way. */
export async function order(name, body) {
  try {
    const response = await fetch(`/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return true;
    say((await response.json()).error);
  } catch {
    say("演示已经停了，在终端里重新运行 make demo");
  }
  return false;
}

/** Why the bot answered as it did; an Error with a sentence when it cannot tell. */
export async function reasons(number) {
  const response = await fetch(`/why/${number}`);
  const found = await response.json();
  if (!response.ok) throw new Error(found.error);
  return found;
}

let hiding = 0;

/** Show a sentence for a while. */
export function say(text) {
  const toast = document.getElementById("toast");
  toast.replaceChildren(el("p", {}, text));
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.replaceChildren(), 5000);
}
