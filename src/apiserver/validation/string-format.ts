import { isIPv4, isIPv6 } from "node:net";
import { isRfc3339 } from "./go-decoding.js";

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": isRfc3339,
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  ipv4: isIPv4,
  ipv6: isIPv6,
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
};

/** Whether a text has the format of that name; formats that are not known here ask for nothing. */
export function hasFormat(text: string, format: string): boolean {
  return Object.hasOwn(FORMATS, format) ? (FORMATS[format]?.(text) ?? true) : true;
}
