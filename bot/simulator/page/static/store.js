// What the page knows: the simulated company as the server tells it, and who the reader is.

const REMEMBERED = "qunban-me";
const MOST_RECORDS = 1500;
const MOST_TRAFFIC = 80;

export class Store extends EventTarget {
  people = [];
  records = new Map();
  traffic = new Map();
  switches = [];
  suggestions = [];
  desk = "";
  staff = [];
  zone = "Asia/Shanghai";
  me = null;
  place = null;
  attendant = null;
  seen = new Map();
  #clock = { now: Date.now() / 1000, ahead: 0, told: performance.now() };

  /** Everything anew. */
  load(state) {
    Object.assign(this, {
      people: state.people, switches: state.switches, suggestions: state.suggestions, words: state.words,
      desk: state.desk, staff: state.staff, zone: state.zone,
    });
    this.records = new Map(state.records.map((record) => [record.n, record]));
    this.traffic = new Map(state.traffic.map((line) => [line.n, line]));
    this.tick(state.clock);
    this.attendant = this.person(this.attendant?.id) ?? this.person(state.staff[0]);
    for (const record of this.records.values()) this.#read(record.place, record.n);
    const [person, place] = (sessionStorage.getItem(REMEMBERED) ?? "").split("\n");
    this.become(this.person(person) ? person : state.guest, place);
    this.#tell("loaded");
  }

  /** A bubble that is new or has changed. */
  record(record) {
    this.records.set(record.n, record);
    if (this.records.size > MOST_RECORDS) this.records.delete(this.records.keys().next().value);
    this.#tell("record", record);
  }

  line(line) {
    this.traffic.set(line.n, line);
    if (this.traffic.size > MOST_TRAFFIC) this.traffic.delete(this.traffic.keys().next().value);
    this.#tell("traffic");
  }

  /** Who is there and where they can talk has changed; the reader stays where they are. */
  peopled(people) {
    const changed = JSON.stringify(people) !== JSON.stringify(this.people);
    this.people = people;
    this.attendant = this.person(this.attendant?.id);
    this.me = this.person(this.me?.id) ?? people[0];
    this.place = this.me.places.find((one) => one.id === this.place?.id) ?? this.me.places[0];
    if (changed) this.#tell("peopled");
  }

  turned(switches) {
    this.switches = switches;
    this.#tell("switches");
  }

  tick(clock) {
    this.#clock = { ...clock, told: performance.now() };
    this.#tell("clock");
  }

  /** The company's time, in seconds. */
  get now() {
    return this.#clock.now + (performance.now() - this.#clock.told) / 1000;
  }

  /** How far it is ahead of the reader's, in seconds; null when it cannot be moved. */
  get ahead() {
    return this.#clock.ahead;
  }

  /** Be somebody, where they were asked for or in their first place. */
  become(id, place = this.place?.id) {
    this.me = this.person(id) ?? this.people[0];
    this.place = this.me.places.find((one) => one.id === place) ?? this.me.places[0];
    this.#moved();
  }

  go(place) {
    this.place = this.me.places.find((one) => one.id === place) ?? this.place;
    this.#moved();
  }

  /** Look over another member of staff's shoulder. */
  attend(id) {
    this.attendant = this.person(id) ?? this.attendant;
    this.#tell("attendant");
  }

  person(id) {
    return this.people.find((one) => one.id === id);
  }

  /** Where the attendant works. */
  get counter() {
    return this.attendant?.places.find((one) => one.id.startsWith(`${this.desk}|`));
  }

  /** The bubbles of a place, oldest first. */
  in(place) {
    return [...this.records.values()].filter((record) => record.place === place).sort((a, b) => a.n - b.n);
  }

  /** How many bubbles of a place nobody has looked at. */
  unread(place) {
    const last = this.seen.get(place) ?? -1;
    return this.in(place).filter((record) => record.kind === "seen" && record.n > last).length;
  }

  /** Everything in a place has been looked at. */
  look(place) {
    const last = this.in(place).at(-1);
    if (last) this.#read(place, last.n);
  }

  #read(place, n) {
    this.seen.set(place, Math.max(n, this.seen.get(place) ?? -1));
  }

  #moved() {
    sessionStorage.setItem(REMEMBERED, `${this.me.id}\n${this.place?.id ?? ""}`);
    this.#tell("moved");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
