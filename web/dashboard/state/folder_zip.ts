// A folder as one zip, put together in the browser: entries are stored as they are, since pictures do not get smaller, and nothing is copied – the
// zip refers to the files on the disk. The format is PKWARE's APPNOTE 6.3, always with its 64-bit numbers, since THINGS has more than 4 GiB.
// The same folder gives the same bytes, so that a broken upload goes on where it was.

export interface FolderFile {
  /** From the folder's own name on, as object/picture.jpg within it. */
  path: string;
  file: File;
}

/** What systems put beside pictures begins with a dot, as ._cat.jpg. */
const PICTURE = /^(?!(.*\/)?\.).*\.(jpe?g|png|webp)$/i;
const VERSION = 45;
const UTF8_NAMES = 0x0800;
const SEE_64_BIT = 0xffffffff;
/** 1980-01-01, the first day that a zip can name. */
const FIRST_DAY = 0x0021;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** Of the bytes that go on where `crc` (0 at first) stopped. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let left = ~crc;
  for (const byte of bytes) left = (left >>> 8) ^ (CRC_TABLE[(left ^ byte) & 0xff] ?? 0);
  return ~left >>> 0;
}

/** Little-endian numbers, each with its size in bytes. */
function record(...numbers: [bytes: 2 | 4 | 8, value: number][]): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(numbers.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of numbers) {
    if (bytes === 2) out.setUint16(at, value, true);
    else if (bytes === 4) out.setUint32(at, value, true);
    else out.setBigUint64(at, BigInt(value), true);
    at += bytes;
  }
  return new Uint8Array(out.buffer);
}

interface Entry {
  name: Uint8Array<ArrayBuffer>;
  crc: number;
  size: number;
  offset: number;
}

function localHeader({ name, crc, size }: Entry): BlobPart[] {
  return [
    record([4, 0x04034b50], [2, VERSION], [2, UTF8_NAMES], [2, 0], [2, 0], [2, FIRST_DAY], [4, crc], [4, SEE_64_BIT], [4, SEE_64_BIT], [2, name.length], [2, 20]),
    name, record([2, 1], [2, 16], [8, size], [8, size]),
  ];
}

function centralHeader({ name, crc, size, offset }: Entry): BlobPart[] {
  return [
    record([4, 0x02014b50], [2, VERSION], [2, VERSION], [2, UTF8_NAMES], [2, 0], [2, 0], [2, FIRST_DAY], [4, crc], [4, SEE_64_BIT], [4, SEE_64_BIT],
      [2, name.length], [2, 28], [2, 0], [2, 0], [2, 0], [4, 0], [4, SEE_64_BIT]),
    name, record([2, 1], [2, 24], [8, size], [8, size], [8, offset]),
  ];
}

function end(count: number, begin: number, bytes: number): BlobPart {
  return record(
    [4, 0x06064b50], [8, 44], [2, VERSION], [2, VERSION], [4, 0], [4, 0], [8, count], [8, count], [8, bytes], [8, begin],
    [4, 0x07064b50], [4, 0], [8, begin + bytes], [4, 1],
    [4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff], [4, SEE_64_BIT], [4, SEE_64_BIT], [2, 0],
  );
}

const sizeOf = (parts: readonly BlobPart[]): number => new Blob([...parts]).size;

/** Of all pictures below the folder, in the order of their names; each is read once, for its checksum. */
export async function zipOfFolder(name: string, all: readonly FolderFile[], onProgress: (done: number, total: number) => void): Promise<File> {
  const files = all.filter(({ path }) => PICTURE.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length === 0) throw new Error(`There is no picture in the folder “${name}”: JPEG, PNG and WebP are looked for.`);
  const parts: BlobPart[] = [];
  const entries: Entry[] = [];
  let offset = 0;
  for (const [at, { path, file }] of files.entries()) {
    onProgress(at, files.length);
    const entry = { name: new TextEncoder().encode(path), crc: crc32(new Uint8Array(await file.arrayBuffer())), size: file.size, offset };
    const header = localHeader(entry);
    parts.push(...header, file);
    offset += sizeOf(header) + file.size;
    entries.push(entry);
  }
  const central = entries.flatMap(centralHeader);
  const lastModified = Math.max(...files.map(({ file }) => file.lastModified));
  return new File([...parts, ...central, end(entries.length, offset, sizeOf(central))], `${name}.zip`, { lastModified });
}

/** What an input for folders has chosen. */
export function filesOfInput(list: FileList): FolderFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath, file }));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A browser gives a folder's entries by a hundred at a time, and an empty list after the last. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Everything below a folder that was dropped. */
export async function filesOfEntry(folder: FileSystemDirectoryEntry): Promise<FolderFile[]> {
  const all: FolderFile[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.isDirectory) all.push(...(await filesOfEntry(entry as FileSystemDirectoryEntry)));
    else all.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry as FileSystemFileEntry) });
  }
  return all;
}
