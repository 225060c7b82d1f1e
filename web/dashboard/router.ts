// Addresses to pages. `parseRoute` is pure; the rest keeps the address bar and the page the same.

export type Route =
  | { page: "setup" }
  | { page: "login"; next: string }
  | { page: "studies" }
  | { page: "new_study" }
  | { page: "study"; slug: string }
  | { page: "study_settings"; slug: string }
  | { page: "session"; slug: string; sessionId: string }
  | { page: "group"; slug: string }
  | { page: "representations"; slug: string }
  | { page: "representation"; slug: string; name: string }
  | { page: "projects" }
  | { page: "project"; slug: string }
  | { page: "stimulus_sets" }
  | { page: "stimulus_set"; set: string }
  | { page: "import_representation"; set: string }
  | { page: "system" }
  | { page: "account" }
  | { page: "people" }
  | { page: "study_people"; slug: string }
  | { page: "unknown" };

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Only a path of this server may follow a login: never "//host", "/\host" or another scheme. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !/^\/(login|setup)\b/.test(next) ? next : "/";
}

export function parseRoute(path: string, query: string): Route {
  const parts = path.split("/").filter((part) => part !== "").map(decoded);
  const [first, slug, third, fourth] = parts;
  if (first === undefined) return { page: "studies" };
  if (first === "setup" && parts.length === 1) return { page: "setup" };
  if (first === "login" && parts.length === 1) return { page: "login", next: safeNext(new URLSearchParams(query).get("next")) };
  if (first === "studies" && parts.length === 1) return { page: "studies" };
  if (first === "studies" && slug !== undefined && parts.length === 2) return { page: "study", slug };
  if (first === "studies" && slug !== undefined && third === "sessions" && fourth !== undefined && parts.length === 4)
    return { page: "session", slug, sessionId: fourth };
  if (first === "studies" && slug !== undefined && third === "group" && parts.length === 3) return { page: "group", slug };
  if (first === "studies" && slug !== undefined && third === "representations" && parts.length === 3) return { page: "representations", slug };
  if (first === "studies" && slug !== undefined && third === "representations" && fourth !== undefined && parts.length === 4)
    return { page: "representation", slug, name: fourth };
  if (first === "studies" && slug !== undefined && third === "settings" && parts.length === 3) return { page: "study_settings", slug };
  if (first === "studies" && slug !== undefined && third === "people" && parts.length === 3) return { page: "study_people", slug };
  if (first === "account" && parts.length === 1) return { page: "account" };
  if (first === "people" && parts.length === 1) return { page: "people" };
  if (first === "new-study" && parts.length === 1) return { page: "new_study" };
  if (first === "projects" && parts.length === 1) return { page: "projects" };
  if (first === "projects" && slug !== undefined && parts.length === 2) return { page: "project", slug };
  if (first === "stimulus-sets" && parts.length === 1) return { page: "stimulus_sets" };
  if (first === "stimulus-sets" && slug !== undefined && parts.length === 2) return { page: "stimulus_set", set: slug };
  if (first === "stimulus-sets" && slug !== undefined && third === "import" && parts.length === 3) return { page: "import_representation", set: slug };
  if (first === "system" && parts.length === 1) return { page: "system" };
  return { page: "unknown" };
}

export function studyPath(slug: string): string {
  return `/studies/${encodeURIComponent(slug)}`;
}

export function sessionPath(slug: string, sessionId: string): string {
  return `${studyPath(slug)}/sessions/${encodeURIComponent(sessionId)}`;
}

export function groupPath(slug: string): string {
  return `${studyPath(slug)}/group`;
}

export function representationsPath(slug: string): string {
  return `${studyPath(slug)}/representations`;
}

export function representationPath(slug: string, name: string): string {
  return `${representationsPath(slug)}/${encodeURIComponent(name)}`;
}

export function studySettingsPath(slug: string): string {
  return `${studyPath(slug)}/settings`;
}

export function studyPeoplePath(slug: string): string {
  return `${studyPath(slug)}/people`;
}

export const ACCOUNT_PATH = "/account";
export const PEOPLE_PATH = "/people";

export const NEW_STUDY_PATH = "/new-study";

export const STIMULUS_SETS_PATH = "/stimulus-sets";

export function stimulusSetPath(set: string): string {
  return `${STIMULUS_SETS_PATH}/${encodeURIComponent(set)}`;
}

export function importRepresentationPath(set: string): string {
  return `${stimulusSetPath(set)}/import`;
}

export const PROJECTS_PATH = "/projects";
export const SYSTEM_PATH = "/system";

export function projectPath(slug: string): string {
  return `/projects/${encodeURIComponent(slug)}`;
}

export function loginPath(): string {
  const here = safeNext(location.pathname + location.search);
  return here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`;
}

export function currentRoute(): Route {
  return parseRoute(location.pathname, location.search);
}

const CHANGED = "dinolab:address";

export function navigate(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  dispatchEvent(new Event(CHANGED));
}

/** Follows the links of this page without loading it anew. Returns the function that stops it. */
export function watchAddress(onChange: () => void): () => void {
  function onClick(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash !== "" && link.pathname === location.pathname) return;
    if (parseRoute(link.pathname, link.search).page === "unknown") return;
    event.preventDefault();
    navigate(link.pathname + link.search);
    scrollTo(0, 0);
  }
  addEventListener("popstate", onChange);
  addEventListener(CHANGED, onChange);
  document.addEventListener("click", onClick);
  return () => {
    removeEventListener("popstate", onChange);
    removeEventListener(CHANGED, onChange);
    document.removeEventListener("click", onClick);
  };
}
