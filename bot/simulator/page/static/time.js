// Times for people, in the company's zone.

const DAY = 86400;

function format(options, zone) {
  return new Intl.DateTimeFormat("zh-CN", { ...options, timeZone: zone, hour12: false });
}

/** Hours and minutes, with the day when it is not today's. */
export function dayTime(at, zone, now) {
  const day = (moment) => format({ dateStyle: "short" }, zone).format(moment * 1000);
  const time = format({ hour: "2-digit", minute: "2-digit" }, zone).format(at * 1000);
  if (day(at) === day(now)) return time;
  return `${format({ month: "long", day: "numeric", weekday: "short" }, zone).format(at * 1000)} ${time}`;
}

/** The hours, minutes and seconds. */
export function exactTime(at, zone) {
  return format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }, zone).format(at * 1000);
}

/** The day in words. */
export function date(at, zone) {
  return format({ year: "numeric", month: "long", day: "numeric", weekday: "long" }, zone).format(at * 1000);
}

/** A span of time in words. */
export function span(seconds) {
  const parts = [
    [Math.floor(seconds / DAY), "天"],
    [Math.floor((seconds % DAY) / 3600), "小时"],
    [Math.floor((seconds % 3600) / 60), "分钟"],
  ];
  return parts.filter(([number]) => number).map(([number, unit]) => `${number} ${unit}`).join(" ") || "一会儿";
}
