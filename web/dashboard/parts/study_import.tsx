// A study's file from elsewhere: chosen, or dropped onto the page. Where its address is taken here, one asks for another.

import { useRef, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { navigate, studyPath } from "../router.ts";
import { slugOf } from "../state/study_basics.ts";
import { studyApi } from "../study_api.ts";
import type { JsonObject } from "../study_types.ts";
import { Confirm } from "./confirm.tsx";

function objectOf(text: string, name: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Error(`“${name}” is not a study file: it does not hold one JSON object.`);
  return json as JsonObject;
}

/** The description inside of a study file. */
function studyOf(file: JsonObject): JsonObject {
  const { study } = file;
  return typeof study === "object" && study !== null && !Array.isArray(study) ? (study as JsonObject) : {};
}

export function StudyImport({ onUnauthorized }: { onUnauthorized: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  /** A file whose address is taken; a set or representation that is another one here is a conflict with a field. */
  const [taken, setTaken] = useState<JsonObject | null>(null);

  async function send(file: JsonObject): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      navigate(studyPath(await studyApi.importFile(file)));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      if (failure instanceof ApiError && failure.status === 409 && /^(study)?$|slug$/.test(failure.field)) setTaken(file);
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  }
  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setTaken(null);
    try {
      await send(objectOf(await file.text(), file.name));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }
  return (
    <section class={`card study-import ${isOver ? "over" : ""}`} aria-label="Import a study file" data-testid="study-import"
      onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); void take(event.dataTransfer?.files[0]); }}>
      <span class="muted">Have a study file? Drop it here, or</span>
      <button type="button" class="button quiet small" disabled={isBusy} onClick={() => input.current?.click()}>Choose a study file</button>
      <input ref={input} type="file" accept=".json,application/json" hidden aria-label="Study file" data-testid="study-import-file"
        onChange={(event) => {
          const chosen = event.currentTarget;
          void take(chosen.files?.[0]).finally(() => { chosen.value = ""; });
        }} />
      {error !== null && <p class="form-error" role="alert" data-testid="study-import-error">{error}</p>}
      {taken !== null && <OtherName file={taken} isBusy={isBusy} onSend={(file) => void send(file)} onNo={() => { setTaken(null); setError(null); }} />}
    </section>
  );
}

function OtherName({ file, isBusy, onSend, onNo }: { file: JsonObject; isBusy: boolean; onSend: (file: JsonObject) => void; onNo: () => void }) {
  const [title, setTitle] = useState(`${String(studyOf(file).title ?? "")} (imported)`);
  const slug = slugOf(title);
  return (
    <Confirm question="Under which title?" yes="Import" isBusy={isBusy} isPossible={slug !== ""} onNo={onNo} onYes={() => onSend({ ...file, study: { ...studyOf(file), slug, title: title.trim() } })}>
      <label class="confirm-field">
        <span>Title</span>
        <input type="text" value={title} data-testid="import-title" onInput={(event) => setTitle(event.currentTarget.value)} />
        <small class="muted">Its address: /studies/{slug}</small>
      </label>
    </Confirm>
  );
}
