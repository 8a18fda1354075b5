/** Days as people count them: in the time zone of the daemon, whatever summer time does to their length. */

/** `YYYY-MM-DD` */
export function localDay(time: Date): string {
  const parts = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return parts.map((part, i) => String(part).padStart(i === 0 ? 4 : 2, "0")).join("-");
}

/** The first instant of a day, or of the one that comes so many days later. */
export function startOfDay(day: string, later = 0): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const start = new Date(2000, 0, 1); // a year below 100 would be taken for one of the last century
  start.setFullYear(year, month - 1, date + later);
  return start;
}

export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
