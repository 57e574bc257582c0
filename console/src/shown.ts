/** Numbers and moments as people of a language write them. */
import type { Language } from "./words";

export function moment(text: string | null | undefined, language: Language): string {
  if (!text) return "";
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));
}

/** Parts per billion as a share with two digits that say something. */
export function share(ppb: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumSignificantDigits: 2 }).format(ppb / 1e9);
}

/** How long until then, or since then, in the largest unit that fits. */
export function distance(text: string, now: number, language: Language): string {
  const seconds = (Date.parse(text) - now) / 1000;
  const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

/** What a listing costs: as its seller wrote it, or out of minor units. */
export function money(said: Record<string, unknown>, language: Language): string {
  for (const name of ["sale_price", "price"]) if (typeof said[name] === "string") return said[name];
  const [minor, currency] = [said["price_minor"], said["price_currency"]];
  return typeof minor === "number" && typeof currency === "string" ? minorUnits(minor, currency, language) : "";
}

export function minorUnits(minor: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
