// Which page is shown, who is logged in, and the frame around every page.

import { useCallback, useEffect, useState } from "preact/hooks";
import { api, ApiError } from "./api.ts";
import { AccountPage } from "./pages/account.tsx";
import { GroupPage } from "./pages/group.tsx";
import { ImportRepresentationPage } from "./pages/import_representation.tsx";
import { LoginPage } from "./pages/login.tsx";
import { NewStudyPage } from "./pages/new_study.tsx";
import { PeoplePage } from "./pages/people.tsx";
import { ProjectPage, ProjectsPage } from "./pages/project.tsx";
import { RepresentationPage } from "./pages/representation.tsx";
import { RepresentationsPage } from "./pages/representations.tsx";
import { SessionPage } from "./pages/session.tsx";
import { SetupPage } from "./pages/setup.tsx";
import { StimulusSetPage } from "./pages/stimulus_set.tsx";
import { StimulusSetsPage } from "./pages/stimulus_sets.tsx";
import { StudiesPage } from "./pages/studies.tsx";
import { StudyPage } from "./pages/study.tsx";
import { StudyPeoplePage } from "./pages/study_people.tsx";
import { StudySettingsPage } from "./pages/study_settings.tsx";
import { SystemPage } from "./pages/system.tsx";
import { Notice } from "./parts/notice.tsx";
import { AccountContext, isAtLeast } from "./parts/rights.tsx";
import { isInStudy, StudyNav } from "./parts/study_nav.tsx";
import { ACCOUNT_PATH, currentRoute, loginPath, navigate, PEOPLE_PATH, PROJECTS_PATH, STIMULUS_SETS_PATH, SYSTEM_PATH, watchAddress, type Route } from "./router.ts";
import type { Account } from "./types.ts";

type Entry = { status: "asking" } | { status: "failed"; error: ApiError } | { status: "in"; account: Account };

const RETRY_MS = 3000;

function needsAccount(route: Route): boolean {
  return route.page !== "setup" && route.page !== "login" && route.page !== "unknown";
}

export function App() {
  const [route, setRoute] = useState<Route>(currentRoute);
  const [entry, setEntry] = useState<Entry>({ status: "asking" });

  useEffect(() => watchAddress(() => setRoute(currentRoute())), []);

  const onEntered = useCallback((account: Account, next: string) => {
    setEntry({ status: "in", account });
    navigate(next, true);
  }, []);

  /** For every page: what to do with an error of the server that ends the login. Returns whether it was one. */
  const onUnauthorized = useCallback(() => {
    setEntry({ status: "asking" });
    navigate(loginPath(), true);
  }, []);

  const isAsking = needsAccount(route) && entry.status !== "in";
  useEffect(() => {
    if (!isAsking) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(): Promise<void> {
      try {
        const { account } = await api.account();
        if (!isOver) setEntry({ status: "in", account });
      } catch (error) {
        if (isOver) return;
        if (error instanceof ApiError && error.status === 401) return onUnauthorized();
        if (error instanceof ApiError) setEntry({ status: "failed", error });
        timer = setTimeout(() => void ask(), RETRY_MS);
      }
    }
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isAsking, onUnauthorized]);

  if (route.page === "setup") return <SetupPage onEntered={onEntered} />;
  if (route.page === "login") return <LoginPage next={route.next} onEntered={onEntered} />;
  if (entry.status === "failed") return <Notice kind="error">{entry.error.message} Trying again every few seconds.</Notice>;
  if (isAsking) return <p class="waiting">Loading…</p>;
  const account = entry.status === "in" ? entry.account : null;
  return (
    <AccountContext.Provider value={account}>
      <TopBar route={route} account={account} onLeft={onUnauthorized} />
      {isInStudy(route) && <StudyNav route={route} />}
      <main id="main" tabIndex={-1}>
        <Page route={route} onUnauthorized={onUnauthorized} />
      </main>
    </AccountContext.Provider>
  );
}

function Page({ route, onUnauthorized }: { route: Route; onUnauthorized: () => void }) {
  switch (route.page) {
    case "studies":
      return <StudiesPage onUnauthorized={onUnauthorized} />;
    case "study":
      return <StudyPage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "new_study":
      return <NewStudyPage onUnauthorized={onUnauthorized} />;
    case "study_settings":
      return <StudySettingsPage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "session":
      return <SessionPage key={route.sessionId} slug={route.slug} sessionId={route.sessionId} onUnauthorized={onUnauthorized} />;
    case "group":
      return <GroupPage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "representations":
      return <RepresentationsPage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "representation":
      return <RepresentationPage key={`${route.slug}/${route.name}`} slug={route.slug} name={route.name} onUnauthorized={onUnauthorized} />;
    case "projects":
      return <ProjectsPage onUnauthorized={onUnauthorized} />;
    case "project":
      return <ProjectPage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "stimulus_sets":
      return <StimulusSetsPage onUnauthorized={onUnauthorized} />;
    case "stimulus_set":
      return <StimulusSetPage key={route.set} set={route.set} onUnauthorized={onUnauthorized} />;
    case "import_representation":
      return <ImportRepresentationPage key={route.set} set={route.set} onUnauthorized={onUnauthorized} />;
    case "system":
      return <SystemPage onUnauthorized={onUnauthorized} />;
    case "account":
      return <AccountPage onUnauthorized={onUnauthorized} />;
    case "people":
      return <PeoplePage onUnauthorized={onUnauthorized} />;
    case "study_people":
      return <StudyPeoplePage key={route.slug} slug={route.slug} onUnauthorized={onUnauthorized} />;
    case "setup":
    case "login":
    case "unknown":
      return (
        <Notice kind="error">
          There is no such page here. <a href="/">See all studies</a>.
        </Notice>
      );
  }
}

const AREAS = [
  { name: "Studies", path: "/", isHere: (route: Route) => route.page === "studies" || route.page === "new_study" || isInStudy(route), isPage: (route: Route) => route.page === "studies" },
  {
    name: "Projects", path: PROJECTS_PATH, isHere: (route: Route) => route.page === "projects" || route.page === "project",
    isPage: (route: Route) => route.page === "projects",
  },
  {
    name: "Pictures", path: STIMULUS_SETS_PATH, isHere: (route: Route) => ["stimulus_sets", "stimulus_set", "import_representation"].includes(route.page),
    isPage: (route: Route) => route.page === "stimulus_sets",
  },
  { name: "People", path: PEOPLE_PATH, isHere: (route: Route) => route.page === "people", isPage: (route: Route) => route.page === "people" },
  { name: "System", path: SYSTEM_PATH, isHere: (route: Route) => route.page === "system", isPage: (route: Route) => route.page === "system" },
];

function TopBar({ route, account, onLeft }: { route: Route; account: Account | null; onLeft: () => void }) {
  const [error, setError] = useState<string | null>(null);
  async function logout(): Promise<void> {
    try {
      await api.logout();
      navigate("/", true); // whoever logs in next starts at the list of studies
      onLeft();
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) onLeft();
      else setError(failure instanceof Error ? failure.message : String(failure));
    }
  }
  return (
    <header class="top-bar">
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/" aria-label="Dinolab, all studies">
        <span class="brand-mark" aria-hidden="true" />
        <span class="brand-name">Dinolab</span>
      </a>
      <nav class="areas" aria-label="Dinolab">
        {AREAS.filter(({ path }) => path !== PEOPLE_PATH || isAtLeast(account?.site_role ?? null, "owner")).map(({ name, path, isHere, isPage }) => (
          <a key={name} href={path} aria-current={isPage(route) ? "page" : isHere(route) ? "true" : undefined} data-testid={`nav-${name.toLowerCase()}`}>
            {name}
          </a>
        ))}
      </nav>
      <span class="top-bar-account">
        {error !== null && <span role="alert">{error}</span>}
        {account !== null && (
          <a href={ACCOUNT_PATH} aria-current={route.page === "account" ? "page" : undefined} title="Password and API tokens" data-testid="account-name">
            {account.name}
          </a>
        )}
        {account !== null && (
          <button type="button" class="button quiet" data-testid="logout" onClick={() => void logout()}>
            Log out
          </button>
        )}
      </span>
    </header>
  );
}
