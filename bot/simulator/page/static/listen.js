// What the server pushes. The browser comes back by itself and says where it stopped.

const AGAIN = 3000;

/** Keep a store up to date; `linked` is told whether the line stands. */
export function listen(store, linked) {
  const source = new EventSource("/events");
  const on = (name, take) => source.addEventListener(name, (event) => take(JSON.parse(event.data)));
  on("state", (state) => store.load(state));
  on("record", (record) => store.record(record));
  on("traffic", (line) => store.line(line));
  on("people", (told) => store.peopled(told.people));
  on("switches", (told) => store.turned(told.switches));
  on("clock", (clock) => store.tick(clock));
  source.addEventListener("open", () => linked(true));
  source.addEventListener("error", () => {
    linked(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(store, linked), AGAIN);
  });
}
