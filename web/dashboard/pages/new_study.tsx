// A new study: its task, pictures, representations, learners and settings, looked at by the server while one types.

import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { BinsDrawing } from "../parts/bins_drawing.tsx";
import { Notice } from "../parts/notice.tsx";
import { useTitle } from "../parts/small.tsx";
import { problemOf, toldProblems, useCheck } from "../parts/study_editing.ts";
import { Mistakes, StudyForm } from "../parts/study_form.tsx";
import { navigate, STIMULUS_SETS_PATH, studyPath } from "../router.ts";
import { MATERIAL, materialFields, SLUG_FIELD, slugOf, taskChoices, textFields, TITLE_FIELD } from "../state/study_basics.ts";
import { descriptionOf, fieldsOf, problemsOf, type Field, type Raw } from "../state/study_form.ts";
import { studyApi } from "../study_api.ts";
import type { Problem, SettingsSchema, StimulusSet } from "../study_types.ts";
import type { TaskName } from "../types.ts";

const LANGUAGES = ["en", "de"];
/** As the schema has it: 0, 1 and 2. */
const DIMENSIONS_BY_DEFAULT = 3;

interface Material {
  sets: readonly StimulusSet[];
  schemas: Readonly<Record<TaskName, SettingsSchema>>;
}

function useMaterial(onUnauthorized: () => void): { material: Material | null; error: string | null } {
  const [material, setMaterial] = useState<Material | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    async function load(): Promise<void> {
      try {
        const [sets, category, reward] = await Promise.all([studyApi.stimulusSets(), studyApi.schema("category"), studyApi.schema("reward")]);
        if (!isOver) setMaterial({ sets, schemas: { category, reward } });
      } catch (failure) {
        if (isOver) return;
        if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
        setError(failure instanceof Error ? failure.message : String(failure));
      }
    }
    void load();
    return () => {
      isOver = true;
    };
  }, [onUnauthorized]);
  return { material, error };
}

export function NewStudyPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const { material, error } = useMaterial(onUnauthorized);
  useTitle("New study");
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail"><a href="/">Studies</a> / new</p>
          <h1>New study</h1>
        </div>
      </div>
      {error !== null && <Notice kind="error">{error}</Notice>}
      {material === null && error === null && <p class="waiting">Loading…</p>}
      {material?.sets.length === 0 && (
        <Notice kind="hint">There is no stimulus set yet. <a href={STIMULUS_SETS_PATH}>Bring pictures in first</a>, here or by <code>dinolab import stimuli</code>.</Notice>
      )}
      {material !== null && <NewStudyForm material={material} onUnauthorized={onUnauthorized} />}
    </>
  );
}

/** The set's representation "task" is what its pictures were rated by, where there is one; all are fitted until one says otherwise. */
function materialOf(set: StimulusSet): [string, Raw][] {
  const names = set.representations.map(({ name }) => name);
  return [["stimulus_set", set.name], ["representations", names], ...generativeOf(set, names.includes("task") ? "task" : "")];
}

/** With all of its dimensions where it has fewer than the settings ask for when nothing is said. */
function generativeOf(set: StimulusSet | undefined, name: string): [string, Raw][] {
  const count = set?.representations.find((one) => one.name === name)?.feature_count ?? DIMENSIONS_BY_DEFAULT;
  const dimensions = count < DIMENSIONS_BY_DEFAULT ? Array.from({ length: count }, (_, at) => at).join(", ") : undefined;
  return [["generative", name], ...(dimensions === undefined ? [] : [["settings.dimensions", dimensions] satisfies [string, Raw]])];
}

/** What follows from a change: the address from the title, until it is typed itself; representations from the set. */
function changed(before: ReadonlyMap<string, Raw>, path: string, raw: Raw, sets: readonly StimulusSet[]): Map<string, Raw> {
  const after = new Map(before).set(path, raw);
  if (path === "title" && (before.get("slug") ?? "") === slugOf(String(before.get("title") ?? ""))) after.set("slug", slugOf(String(raw)));
  const set = path === "stimulus_set" ? sets.find(({ name }) => name === raw) : undefined;
  if (path === "generative") for (const [name, value] of generativeOf(sets.find(({ name }) => name === before.get("stimulus_set")), String(raw))) after.set(name, value);
  if (set !== undefined) for (const [name, value] of materialOf(set)) after.set(name, value);
  return after;
}

function NewStudyForm({ material, onUnauthorized }: { material: Material; onUnauthorized: () => void }) {
  const { sets, schemas } = material;
  const [task, setTask] = useState<TaskName>("category");
  const [values, setValues] = useState<ReadonlyMap<string, Raw>>(() => new Map(sets.length === 1 && sets[0] !== undefined ? materialOf(sets[0]) : []));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [languages, setLanguages] = useState(LANGUAGES);
  const [hasTried, setTried] = useState(false);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);
  const chosenSet = String(values.get("stimulus_set") ?? "");
  const fields = useMemo<Field[]>(
    () => [TITLE_FIELD, SLUG_FIELD, ...materialFields(sets, chosenSet), ...fieldsOf(schemas[task]), ...textFields(languages)],
    [sets, schemas, task, chosenSet, languages],
  );
  const description = { ...descriptionOf(fields, values), task };
  const canCheck = chosenSet !== "" && (values.get("generative") ?? "") !== "";
  const { checked, isChecking } = useCheck(canCheck ? description : null, onUnauthorized);
  const { byField, general } = toldProblems({ fields, values, touched, hasTried, refused, checked });

  async function create(): Promise<void> {
    setTried(true);
    setRefused([]);
    if (problemsOf(fields, values).size > 0) return;
    setBusy(true);
    try {
      navigate(studyPath(await studyApi.create({ ...description, state: "draft" })));
      scrollTo(0, 0);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setRefused([problemOf(failure)]);
      setBusy(false);
    }
  }

  return (
    <form class="study-editor" data-testid="study-form" noValidate onSubmit={(event) => { event.preventDefault(); void create(); }}>
      <TaskChoice task={task} onChoose={setTask} />
      {hasTried && <Mistakes fields={fields} problems={byField} general={general} />}
      <StudyForm fields={fields} values={values} problems={byField} frozen={[]} state="draft" languages={languages}
        below={{ [MATERIAL]: <BinsDrawing check={checked?.check ?? null} isChecking={isChecking} /> }}
        onChange={(path, raw) => {
          setValues((before) => changed(before, path, raw, sets));
          setRefused((before) => before.filter(({ field }) => field !== path));
        }}
        onLeave={(path) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path)))}
        onLanguage={(tag) => setLanguages((before) => (before.includes(tag) ? before : [...before, tag]))} />
      <div class="form-actions">
        <span class="muted" role="status">{hasTried && byField.size > 0 ? "Nothing was made yet: mend the mistakes first." : "It begins as a draft: nobody can take part until you say so."}</span>
        <a class="button quiet" href="/">Leave it</a>
        <button type="submit" class="button" disabled={isBusy} data-testid="create-study">Make the study</button>
      </div>
    </form>
  );
}

function TaskChoice({ task, onChoose }: { task: TaskName; onChoose: (task: TaskName) => void }) {
  return (
    <fieldset class="task-choice">
      <legend class="visually-hidden">Task</legend>
      {taskChoices().map(({ task: name, name: words, about }) => (
        <label key={name} class="card task-card">
          <input type="radio" name="task" checked={task === name} data-testid={`task-${name}`} onChange={() => onChoose(name)} />
          <span><strong>{words}</strong><br /><span class="muted small">{about}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
