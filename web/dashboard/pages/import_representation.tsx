// A new representation of a stimulus set: a matrix and a list of ids are dropped, sent in pieces, and checked by the server. Scores of other
// benchmarks come here too.

import { useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { counted } from "../format.ts";
import { makeRepresentation, putScores, representationBody, uploadServer, type RepresentationFacts, type RepresentationMade } from "../import_api.ts";
import { Notice } from "../parts/notice.tsx";
import { Progress, useTitle } from "../parts/small.tsx";
import { nameFrom, sendFile, sortFiles } from "../state/upload.ts";

interface Field {
  key: keyof RepresentationFacts;
  label: string;
  hint: string;
}

const FIELDS: readonly Field[] = [
  { key: "name", label: "Name", hint: "a–z, 0–9, _ and -; cannot be changed later" },
  { key: "family", label: "Family", hint: "a colour in every plot, such as multimodal" },
  { key: "description", label: "Description", hint: "what it is, for the table" },
  { key: "size_class", label: "Size class", hint: "models of like size, such as base" },
  { key: "loss", label: "Loss", hint: "what it was trained for, such as contrastive" },
  { key: "parameter_count", label: "Parameters", hint: "a whole number" },
  { key: "training_image_count", label: "Training images", hint: "a whole number" },
  { key: "baseline_of", label: "Changed version of", hint: "the name of another representation of this set" },
  { key: "aligned_by", label: "Aligned by", hint: "what changed it, such as glocal" },
];

const NOTHING_SAID: RepresentationFacts = {
  name: "", family: "", description: "", size_class: "", loss: "", parameter_count: "", training_image_count: "", baseline_of: "", aligned_by: "",
};

type Step = { at: "choosing" } | { at: "sending"; file: File; received: number } | { at: "storing" } | { at: "done"; name: string; made: RepresentationMade };

const MEBIBYTE = 1024 * 1024;
const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(bytes < 10 * MEBIBYTE ? 1 : 0)} MiB`;

function Result({ name, made }: { name: string; made: RepresentationMade }) {
  return (
    <Notice kind="hint">
      <span data-testid="import-done">
        {made.is_unchanged ? `${name} was there already with the same numbers; what you say about it now is noted.` : `${name} is there, with ${counted(made.feature_count, "feature")}.`}
      </span>
      {made.extra_count > 0 && (
        <p data-testid="import-extra">
          {counted(made.extra_count, "row")} left out, with ids that the set does not have: {made.extra.join(", ")}
          {made.extra_count > made.extra.length && " …"}
        </p>
      )}
    </Notice>
  );
}

function StepLine({ step }: { step: Step }) {
  if (step.at === "sending")
    return (
      <div class="upload-lines" data-testid="import-progress">
        <span>
          Sending {step.file.name}: {mebibytes(step.received)} of {mebibytes(step.file.size)}
        </span>
        <Progress part={step.received} whole={step.file.size} label={`Sent of ${step.file.name}`} />
      </div>
    );
  if (step.at === "storing") return <p role="status">All is sent. The server matches ids and checks every number…</p>;
  return null;
}

export function ImportRepresentationPage({ set, onUnauthorized }: { set: string; onUnauthorized: () => void }) {
  useTitle(`Import – ${set}`);
  return (
    <div class="import-page">
      <div class="page-head">
        <div>
          <p class="trail">Stimulus set {set}</p>
          <h1>Import a representation</h1>
          <p class="muted">
            A matrix with one row per picture, as <code>.npy</code> or text, and a <code>.csv</code> with a column <code>id</code> that says which row is which
            picture. Without a list the rows are in the set's order. Nothing is held up meanwhile: participants go on.
          </p>
        </div>
      </div>
      <MatrixForm set={set} onUnauthorized={onUnauthorized} />
      <ScoresForm set={set} onUnauthorized={onUnauthorized} />
    </div>
  );
}

function MatrixForm({ set, onUnauthorized }: { set: string; onUnauthorized: () => void }) {
  const [files, setFiles] = useState<{ matrix: File | null; ids: File | null }>({ matrix: null, ids: null });
  const [facts, setFacts] = useState(NOTHING_SAID);
  const [step, setStep] = useState<Step>({ at: "choosing" });
  const [error, setError] = useState("");
  const [isOver, setOver] = useState(false);
  const isBusy = step.at === "sending" || step.at === "storing";

  function take(matrix: File | null, ids: File | null): void {
    setFiles((before) => ({ matrix: matrix ?? before.matrix, ids: ids ?? before.ids }));
    if (matrix !== null) setFacts((before) => ({ ...before, name: nameFrom(matrix.name) }));
    setError("");
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const { matrix, ids } = sortFiles([...(event.dataTransfer?.files ?? [])]);
    take(matrix, ids);
  }

  function send(file: File): Promise<string> {
    setStep({ at: "sending", file, received: 0 });
    return sendFile(file, uploadServer, (received) => setStep({ at: "sending", file, received }));
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const { matrix, ids } = files;
    if (matrix === null) return setError("Choose a matrix first.");
    setError("");
    try {
      const upload = await send(matrix);
      const idsUpload = ids === null ? null : await send(ids);
      setStep({ at: "storing" });
      const made = await makeRepresentation(set, representationBody(facts, upload, idsUpload));
      setStep({ at: "done", name: facts.name, made });
      setFiles({ matrix: null, ids });
      setFacts(NOTHING_SAID);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
      setStep({ at: "choosing" });
    }
  }

  return (
    <form class="form card" onSubmit={(event) => void submit(event)} data-testid="import-form">
      <div class={isOver ? "drop-zone over" : "drop-zone"} data-testid="drop-zone" onDrop={drop}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}>
        <strong>Drop the matrix and its list of ids here</strong>
        <div class="file-choices">
          <label>
            Matrix
            <small>{files.matrix === null ? ".npy or text" : `${files.matrix.name}, ${mebibytes(files.matrix.size)}`}</small>
            <input type="file" data-testid="matrix-file" disabled={isBusy} onChange={(event) => take(event.currentTarget.files?.[0] ?? null, null)} />
          </label>
          <label>
            List of ids
            <small>{files.ids === null ? ".csv with a column id" : files.ids.name}</small>
            <input type="file" accept=".csv" data-testid="ids-file" disabled={isBusy} onChange={(event) => take(null, event.currentTarget.files?.[0] ?? null)} />
          </label>
        </div>
      </div>
      <div class="fact-fields">
        {FIELDS.map(({ key, label, hint }) => (
          <label key={key}>
            {label}
            <small>{hint}</small>
            <input type="text" required={key === "name"} maxLength={key === "description" ? 4000 : 64} data-testid={`fact-${key}`} disabled={isBusy} value={facts[key]}
              {...(key === "name" ? { pattern: "[a-z0-9][a-z0-9_\\-]*" } : key.endsWith("_count") ? { inputMode: "numeric" as const, pattern: "[0-9 ,_]+" } : {})}
              onInput={(event) => setFacts({ ...facts, [key]: event.currentTarget.value })} />
          </label>
        ))}
      </div>
      <StepLine step={step} />
      {step.at === "done" && <Result name={step.name} made={step.made} />}
      <p class="form-error" role="alert" data-testid="import-error">
        {error}
      </p>
      <button class="button" type="submit" disabled={isBusy} data-testid="import-submit">
        Import
      </button>
    </form>
  );
}

function ScoresForm({ set, onUnauthorized }: { set: string; onUnauthorized: () => void }) {
  const [words, setWords] = useState("");
  const [error, setError] = useState("");

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setWords("");
    setError("");
    try {
      const { count } = await putScores(set, file);
      setWords(`${counted(count, "score")} noted. They are on the Representations page of every study on this set.`);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }

  return (
    <section class="card form" aria-labelledby="scores-form-title">
      <h2 id="scores-form-title">Scores of other benchmarks</h2>
      <p class="muted small-text">
        A table with the columns <code>representation</code>, <code>benchmark</code> and <code>score</code>. A score that is there already is replaced.
      </p>
      <label>
        Table
        <small>.csv</small>
        <input type="file" accept=".csv" data-testid="scores-file" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      <p role="status" data-testid="scores-noted">
        {words}
      </p>
      <p class="form-error" role="alert" data-testid="scores-error">
        {error}
      </p>
    </section>
  );
}
