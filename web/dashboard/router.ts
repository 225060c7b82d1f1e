// Addresses to pages. `parseRoute` is pure; the rest keeps the address bar and the page the same.

export type Route =
  | { page: "setup" }
  | { page: "login"; next: string }
  | { page: "studies" }
  | { page: "study"; slug: string }
  | { page: "session"; slug: string; sessionId: string }
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
  const [first, slug, third, sessionId] = parts;
  if (first === undefined) return { page: "studies" };
  if (first === "setup" && parts.length === 1) return { page: "setup" };
  if (first === "login" && parts.length === 1) return { page: "login", next: safeNext(new URLSearchParams(query).get("next")) };
  if (first === "studies" && parts.length === 1) return { page: "studies" };
  if (first === "studies" && slug !== undefined && parts.length === 2) return { page: "study", slug };
  if (first === "studies" && slug !== undefined && third === "sessions" && sessionId !== undefined && parts.length === 4)
    return { page: "session", slug, sessionId };
  return { page: "unknown" };
}

export function studyPath(slug: string): string {
  return `/studies/${encodeURIComponent(slug)}`;
}

export function sessionPath(slug: string, sessionId: string): string {
  return `${studyPath(slug)}/sessions/${encodeURIComponent(sessionId)}`;
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
