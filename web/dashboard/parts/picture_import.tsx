// A new stimulus set from a folder or a zip: dropped or chosen, sent in pieces, made by the server in the background. Closing the page loses nothing: the same zip
// goes on where it was, and the address knows the import.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { count, counted, timeLeft } from "../format.ts";
import { keptUploads, materialApi, uploadKey } from "../material_api.ts";
import { importRepresentationPath, navigate, STIMULUS_SETS_PATH, stimulusSetPath } from "../router.ts";
import { sortProblems } from "../state/dimension_view.ts";
import { filesOfEntry, filesOfInput, zipOfFolder, type FolderFile } from "../state/folder_zip.ts";
import { nameFrom, sendFile } from "../state/upload.ts";
import { uploadLeftS, type UploadPace } from "../state/upload_pace.ts";
import type { ImportStatus } from "../types.ts";
import { Notice } from "./notice.tsx";
import { Progress } from "./small.tsx";

const POLL_MS = 400;
const MEBIBYTE = 1024 * 1024;
const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(bytes < 10 * MEBIBYTE ? 1 : 0)} MiB`;

function sentenceOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}

async function isZip(file: File): Promise<boolean> {
  return (await file.slice(0, 2).text().catch(() => "")) === "PK";
}

interface Sending {
  received: number;
  pace: UploadPace;
}

export interface PictureImportProps {
  /** The import that the address names. */
  importId: number | null;
  onDone: () => void;
  onUnauthorized: () => void;
}

export function PictureImport({ importId, onDone, onUnauthorized }: PictureImportProps) {
  const [file, setFile] = useState<File | null>(null);
  const [upload, setUpload] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [leavesOut, setLeavesOut] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  /** Pictures of a folder, while it is put together. */
  const [reading, setReading] = useState<{ done: number; total: number } | null>(null);
  const [error, setError] = useState("");

  async function take(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    setError("");
    if (!(await isZip(chosen))) return setError(`“${chosen.name}” is not a zip file. Pack the folder of pictures into one.`);
    setFile(chosen);
    setName((before) => (before === "" ? nameFrom(chosen.name) : before));
  }

  async function takeFolder(folder: string, files: () => Promise<FolderFile[]>): Promise<void> {
    setError("");
    setReading({ done: 0, total: 0 });
    try {
      await take(await zipOfFolder(folder, await files(), (done, total) => setReading({ done, total })));
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setReading(null);
    }
  }

  async function begin(sent: string, without: boolean): Promise<void> {
    setUpload(sent);
    navigate(`${STIMULUS_SETS_PATH}?import=${await materialApi.importPictures(name, sent, without)}`, true);
  }

  async function attempt(act: () => Promise<void>): Promise<void> {
    setError("");
    try {
      await act();
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(sentenceOf(failure));
    } finally {
      setSending(null);
    }
  }

  async function send(): Promise<void> {
    if (file === null) throw new Error("Choose a folder or a zip of pictures first.");
    let pace: UploadPace | null = null;
    const server = keptUploads(uploadKey(file), localStorage);
    const told = (received: number): void => {
      pace ??= { startedMs: Date.now(), startedBytes: received };
      setSending({ received, pace });
    };
    const create: typeof server.create = async (...words) => {
      const begun = await server.create(...words);
      told(begun.received);
      return begun;
    };
    await begin(await sendFile(file, { ...server, create }, told), leavesOut);
  }

  if (importId !== null)
    return (
      <ImportProgress key={importId} id={importId} onDone={onDone} onUnauthorized={onUnauthorized} error={error}
        onWithout={upload === null || name === "" ? null : () => void attempt(() => begin(upload, true))}
        onAnother={() => {
          setFile(null);
          setName("");
          setUpload(null);
          navigate(STIMULUS_SETS_PATH, true);
        }} />
    );
  return (
    <form class="form card picture-import" data-testid="picture-import" onSubmit={(event) => { event.preventDefault(); void attempt(send); }}>
      <h2>Bring a set of pictures</h2>
      <ZipDrop file={file} isBusy={sending !== null || reading !== null} onTake={(chosen) => void take(chosen)}
        onFolder={(folder, files) => void takeFolder(folder, files)} />
      {reading !== null && (
        <div class="upload-lines" data-testid="folder-progress">
          <span>
            Looking at the folder: {count(reading.done)} of {counted(reading.total, "picture")}
          </span>
          <Progress part={reading.done} whole={Math.max(1, reading.total)} label="Looked at of the folder" />
        </div>
      )}
      <label>
        Name of the set
        <small>a–z, 0–9, _ and -; cannot be changed later</small>
        <input type="text" required maxLength={63} pattern="[a-z0-9][a-z0-9_\-]*" data-testid="set-name" value={name} disabled={sending !== null} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="check">
        <input type="checkbox" checked={leavesOut} data-testid="leave-out" disabled={sending !== null} onChange={(event) => setLeavesOut(event.currentTarget.checked)} />
        Make the set even if some pictures are damaged; they are named either way.
      </label>
      {sending !== null && file !== null && (
        <div class="upload-lines" data-testid="upload-progress">
          <span>
            Sending: {mebibytes(sending.received)} of {mebibytes(file.size)}, {timeLeft(uploadLeftS(sending.pace, Date.now(), sending.received, file.size))}
          </span>
          <Progress part={sending.received} whole={file.size} label={`Sent of ${file.name}`} />
          <small class="muted">If this page is closed, the same zip goes on where it was.</small>
        </div>
      )}
      <p class="form-error" role="alert" data-testid="picture-import-error">
        {error}
      </p>
      <button class="button" type="submit" disabled={file === null || sending !== null} data-testid="picture-import-submit">
        Import
      </button>
    </form>
  );
}

interface ZipDropProps {
  file: File | null;
  isBusy: boolean;
  onTake: (file: File | undefined) => void;
  onFolder: (name: string, files: () => Promise<FolderFile[]>) => void;
}

function ZipDrop({ file, isBusy, onTake, onFolder }: ZipDropProps) {
  const input = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const { dataTransfer } = event;
    if (isBusy || dataTransfer === null) return;
    const entry = dataTransfer.items[0]?.webkitGetAsEntry() ?? null;
    if (entry?.isDirectory === true) return onFolder(entry.name, () => filesOfEntry(entry as FileSystemDirectoryEntry));
    onTake(dataTransfer.files[0]);
  }

  function chooseFolder({ currentTarget }: { currentTarget: HTMLInputElement }): void {
    const files = currentTarget.files === null ? [] : filesOfInput(currentTarget.files);
    currentTarget.value = "";
    if (files.length > 0) onFolder(files[0]?.path.split("/")[0] ?? "", () => Promise.resolve(files));
  }

  return (
    <div class={isOver ? "drop-zone over" : "drop-zone"} data-testid="zip-drop"
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={drop}>
      <strong data-testid="zip-name">{file === null ? "Drop a folder or a zip of pictures here" : `${file.name}, ${mebibytes(file.size)}`}</strong>
      <span class="muted small-text">
        <code>object/picture.jpg</code> inside, as THINGS has it: the folder is the object. JPEG, PNG and WebP; up to 8 GiB.
      </span>
      <span>
        <button type="button" class="button quiet" disabled={isBusy} onClick={() => folderInput.current?.click()}>
          Choose a folder
        </button>{" "}
        <button type="button" class="button quiet" disabled={isBusy} onClick={() => input.current?.click()}>
          Choose a zip
        </button>
      </span>
      <input ref={folderInput} type="file" {...{ webkitdirectory: true }} hidden aria-label="Folder of pictures" data-testid="folder-input" disabled={isBusy} onChange={chooseFolder} />
      <input ref={input} type="file" accept=".zip,application/zip" hidden aria-label="Zip of pictures" data-testid="zip-file" disabled={isBusy}
        onChange={(event) => { onTake(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
    </div>
  );
}

interface ImportProgressProps {
  id: number;
  error: string;
  onDone: () => void;
  /** Tries again without what is damaged; null when the zip is not known here any more. */
  onWithout: (() => void) | null;
  onAnother: () => void;
  onUnauthorized: () => void;
}

function ImportProgress({ id, error, onDone, onWithout, onAnother, onUnauthorized }: ImportProgressProps) {
  const [status, setStatus] = useState<ImportStatus | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      try {
        const next = await materialApi.importStatus(id);
        if (isOver) return;
        setStatus(next);
        setFailure("");
        if (next.state === "done") onDone();
        if (next.state !== "running") return;
      } catch (reason) {
        if (isOver) return;
        if (reason instanceof ApiError && reason.status === 401) return onUnauthorized();
        if (reason instanceof ApiError && reason.status === 404)
          return setFailure("The server was started anew and does not remember this import. If the set is not in the list, bring the same zip again: what was done is not done twice.");
        setFailure(sentenceOf(reason));
      }
      timer = setTimeout(() => void look(), POLL_MS);
    }
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id]);

  return (
    <section class="card picture-import" data-testid="import-status" data-state={status?.state ?? "asking"} aria-label="Import of pictures">
      {failure !== "" && <Notice kind="error">{failure}</Notice>}
      {status?.state === "running" && (
        <div class="upload-lines">
          <h2>Making {status.name}</h2>
          <span data-testid="import-counts">
            {status.total === 0 ? "Looking through the zip…" : `${count(status.done)} of ${counted(status.total, "picture")}, ${timeLeft(status.left_s)}`}
          </span>
          <Progress part={status.done} whole={status.total} label={`Pictures of ${status.name} that are done`} />
          <small class="muted">This goes on when the page is closed.</small>
        </div>
      )}
      {status?.state === "done" && <Done status={status} />}
      {status?.state === "failed" && (
        <>
          <h2>{status.name} was not made</h2>
          <p class="form-error" role="alert" data-testid="import-message">
            {status.message}
          </p>
        </>
      )}
      {status !== null && <Problems problems={status.problems} />}
      {error !== "" && <p class="form-error" role="alert">{error}</p>}
      {status?.state !== "running" && (
        <div class="choices">
          {status?.state === "failed" && onWithout !== null && sortProblems(status.problems).damaged.length > 0 && (
            <button type="button" class="button" data-testid="import-without" onClick={onWithout}>
              Go on without them
            </button>
          )}
          <button type="button" class="button quiet" data-testid="import-another" onClick={onAnother}>
            {status?.state === "done" ? "Bring another set" : "Choose another zip"}
          </button>
        </div>
      )}
    </section>
  );
}

function Done({ status }: { status: ImportStatus }) {
  return (
    <>
      <h2>{status.name} is there</h2>
      <p role="status" data-testid="import-message">
        {status.message}
      </p>
      <p>
        <a href={stimulusSetPath(status.name)} data-testid="import-set">See the set</a> or <a href={importRepresentationPath(status.name)}>import a representation of it</a>.
      </p>
    </>
  );
}

function Problems({ problems }: { problems: readonly string[] }) {
  const { damaged, duplicates } = sortProblems(problems);
  return (
    <>
      {damaged.length > 0 && (
        <div data-testid="import-damaged">
          <h3>{counted(damaged.length, "picture")} cannot be used</h3>
          <ProblemLines lines={damaged} />
        </div>
      )}
      {duplicates.length > 0 && (
        <details data-testid="import-duplicates">
          <summary>{counted(duplicates.length, "picture")} {duplicates.length === 1 ? "comes" : "come"} more than once</summary>
          <ProblemLines lines={duplicates} />
        </details>
      )}
    </>
  );
}

function ProblemLines({ lines }: { lines: readonly string[] }) {
  return (
    <ul class="problem-lines" tabIndex={0}>
      {lines.map((line, at) => (
        <li key={at}>{line}</li>
      ))}
    </ul>
  );
}
