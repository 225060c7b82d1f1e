// The settings of a study that is there: the same form. What its state does not let change is shown, and says why.

import { useEffect, useMemo, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { BinsDrawing } from "../parts/bins_drawing.tsx";
import { Notice } from "../parts/notice.tsx";
import { isAtLeast, useAccount, useRole } from "../parts/rights.tsx";
import { useTitle } from "../parts/small.tsx";
import { problemOf, toldProblems, useCheck } from "../parts/study_editing.ts";
import { Mistakes, StudyForm } from "../parts/study_form.tsx";
import { counted, task } from "../format.ts";
import { stimulusSetPath, studyPath } from "../router.ts";
import { asJson, languagesOf, MATERIAL, materialFields, SLUG_FIELD, textFields, TITLE_FIELD } from "../state/study_basics.ts";
import { at, changedPaths, descriptionOf, fieldsOf, initialValues, patchOf, problemsOf, type Field, type Raw } from "../state/study_form.ts";
import { studyApi } from "../study_api.ts";
import type { Problem, SettingsSchema, StimulusSet, StudyDefinition } from "../study_types.ts";

const LANGUAGES = ["en", "de"];
/** What a study is, in every state. */
const ALWAYS_FROZEN = ["slug", "stimulus_set"];

interface Loaded {
  definition: StudyDefinition;
  schema: SettingsSchema;
  sets: readonly StimulusSet[];
}

export function StudySettingsPage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<string | null>(null);
  useTitle(`Settings of ${loaded?.definition.title ?? slug}`);
  useEffect(() => {
    let isOver = false;
    async function load(): Promise<void> {
      try {
        const [definition, sets] = await Promise.all([studyApi.definition(slug), studyApi.stimulusSets()]);
        const schema = await studyApi.schema(definition.task);
        if (!isOver) setLoaded({ definition, schema, sets });
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
  }, [slug, onUnauthorized]);

  if (error !== null) return <Notice kind="error">{error} <a href={studyPath(slug)}>Back to the study</a>.</Notice>;
  if (loaded === null) return <p class="waiting">Loading…</p>;
  const { definition } = loaded;
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail"><a href="/">Studies</a> / <a href={studyPath(slug)}>{definition.title}</a> · {task(definition.task)} · {definition.state}</p>
          <h1>Settings</h1>
          <p class="muted">
            Pictures of <a href={stimulusSetPath(definition.stimulus_set) + (definition.made_condition_count > 0 ? `?${new URLSearchParams({ study: slug, condition: "1" })}` : "")} data-testid="see-pictures">{definition.stimulus_set}</a> along its dimensions
          </p>
        </div>
      </div>
      <SettingsForm key={slug} loaded={loaded} onUnauthorized={onUnauthorized}
        onChanged={(next) => setLoaded((before) => (before === null ? before : { ...before, definition: next }))} />
    </>
  );
}

/** A study whose conditions were written out has no number to draw and no seed, and may have no generative representation. */
function fieldsOfStudy({ definition, schema, sets }: Loaded, languages: readonly string[]): Field[] {
  const json = asJson(definition);
  const material = materialFields(sets, definition.stimulus_set)
    .filter(({ path }) => !["condition_count", "seed", "generative"].includes(path) || typeof (at(json, path) ?? null) !== "object");
  return [TITLE_FIELD, SLUG_FIELD, ...material, ...fieldsOf(schema), ...textFields(languages)];
}

function SettingsForm({ loaded, onChanged, onUnauthorized }: { loaded: Loaded; onChanged: (definition: StudyDefinition) => void; onUnauthorized: () => void }) {
  const { definition } = loaded;
  const [languages, setLanguages] = useState(() => languagesOf(definition.documents, LANGUAGES));
  const fields = useMemo(() => fieldsOfStudy(loaded, languages), [loaded, languages]);
  const before = useMemo(() => initialValues(fields, asJson(definition)), [fields, definition]);
  // Only what was changed here; the rest is as the server has it.
  const [typed, setTyped] = useState<ReadonlyMap<string, Raw>>(new Map());
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const values = useMemo(() => new Map([...before, ...typed]), [before, typed]);
  const changes = changedPaths(fields, before, values);
  const mayChange = isAtLeast(useRole(definition.slug), "researcher");
  // Asking for the check is for who may make studies on this site.
  const mayCheck = isAtLeast(useAccount()?.site_role ?? null, "researcher") && mayChange;
  const isOfUse = mayCheck && typeof definition.generative === "string" && typeof definition.condition_count === "number" && (definition.state === "draft" || definition.state === "pilot");
  const description = isOfUse ? { ...descriptionOf(fields, values), task: definition.task, slug: definition.slug } : null;
  const { checked, isChecking } = useCheck(description, onUnauthorized);
  const { byField, general } = toldProblems({ fields, values, touched: new Set(typed.keys()), hasTried: true, refused, checked });

  async function save(): Promise<void> {
    setRefused([]);
    if (problemsOf(fields, values).size > 0) return setSaid("Nothing was saved: mend the mistakes first.");
    setBusy(true);
    try {
      onChanged(await studyApi.change(definition.slug, patchOf(fields, before, values)));
      setTyped(new Map());
      setSaid("Saved.");
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setRefused([problemOf(failure)]);
      setSaid("Nothing was saved.");
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="study-editor" data-testid="settings-form" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Mistakes fields={fields} problems={byField} general={general} />
      {!mayChange && <p class="muted" data-testid="settings-read-only">You may look at these settings. Researchers and owners of the study may change them.</p>}
      <fieldset class="as-if-none" disabled={!mayChange}>
        <StudyForm fields={fields} values={values} problems={byField} frozen={[...ALWAYS_FROZEN, ...definition.frozen]} state={definition.state} languages={languages}
          below={isOfUse ? { [MATERIAL]: <BinsDrawing check={checked?.check ?? null} isChecking={isChecking} /> } : {}}
          onChange={(path, raw) => {
            setTyped((earlier) => new Map(earlier).set(path, raw));
            setRefused((earlier) => earlier.filter(({ field }) => field !== path));
            setSaid("");
          }}
          onLeave={() => undefined}
          onLanguage={(tag) => setLanguages((earlier) => (earlier.includes(tag) ? earlier : [...earlier, tag]))} />
      </fieldset>
      {mayChange && (
        <div class="form-actions">
          <span class="muted" role="status" data-testid="settings-said">{said !== "" ? said : changes.length === 0 ? "Nothing was changed." : `${counted(changes.length, "change")} not saved yet.`}</span>
          <button type="button" class="button quiet" disabled={isBusy || changes.length === 0} onClick={() => { setTyped(new Map()); setRefused([]); }}>Undo all</button>
          <button type="submit" class="button" disabled={isBusy || changes.length === 0} data-testid="save-settings">Save</button>
        </div>
      )}
    </form>
  );
}
