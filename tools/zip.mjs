// Writes zip files whose bytes depend on nothing but what is in them. By hand, because nothing that is installed writes
// zip files, and the format needs no more than this.
// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
import { crc32, deflateRawSync } from "node:zlib";

/** 1980-01-01 00:00, the earliest that the format knows: a date of today would make every zip another one. */
const DATE = (1 << 5) | 1;
const TIME = 0;
/** 2.0: the version that brought deflate; in the upper byte of "made by", 3 for Unix, whose permissions follow. */
const VERSION_NEEDED = 20;
const MADE_BY = (3 << 8) | VERSION_NEEDED;
/** Bit 11: names are UTF-8. */
const FLAGS = 1 << 11;
const DEFLATE = 8;
/** A plain file that everybody may read: -rw-r--r--. */
const PERMISSIONS = 0o100644;

/** What both headers of an entry say, in their common order. */
function sharedFields(name, content, compressed) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION_NEEDED, 0);
  fields.writeUInt16LE(FLAGS, 2);
  fields.writeUInt16LE(DEFLATE, 4);
  fields.writeUInt16LE(TIME, 6);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(compressed.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function signature(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function directoryEntry(name, shared, offset) {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(MADE_BY);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((PERMISSIONS << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, shared, rest, name]);
}

function endOfDirectory(count, size, offset) {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([signature(0x06054b50), end]);
}

/**
 * @param {ReadonlyMap<string, Uint8Array>} files contents by path with slashes; they are written in the order of paths
 * @returns {Buffer} the zip; less than 4 GB and 65,536 files
 */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = Buffer.from(path);
    const compressed = deflateRawSync(content, { level: 9 });
    const shared = sharedFields(name, content, compressed);
    const part = Buffer.concat([signature(0x04034b50), shared, name, compressed]);
    directory.push(directoryEntry(name, shared, offset));
    parts.push(part);
    offset += part.length;
  }
  const listing = Buffer.concat(directory);
  return Buffer.concat([
    ...parts,
    listing,
    endOfDirectory(directory.length, listing.length, offset),
  ]);
}
