// Where one is inside a study: its pages, the current one marked. What is left out of the group's numbers stays left out.

import { groupPath, representationsPath, studyPath, studyPeoplePath, studySettingsPath, type Route } from "../router.ts";
import { isAtLeast, useRole } from "./rights.tsx";
import { exclusionQuery, parseExclusions } from "../state/exclusion.ts";

type StudyRoute = Extract<Route, { page: "study" | "study_settings" | "study_people" | "session" | "group" | "representations" | "representation" }>;

export function isInStudy(route: Route): route is StudyRoute {
  return ["study", "study_settings", "study_people", "session", "group", "representations", "representation"].includes(route.page);
}

export function StudyNav({ route }: { route: StudyRoute }) {
  const mayChange = isAtLeast(useRole(route.slug), "researcher");
  const query = exclusionQuery(parseExclusions(location.search));
  const places = [
    { name: "Overview", path: studyPath(route.slug) + query, isCurrent: route.page === "study", isWithin: route.page === "session" },
    { name: "Representations", path: representationsPath(route.slug) + query, isCurrent: route.page === "representations", isWithin: route.page === "representation" },
    { name: "Group", path: groupPath(route.slug) + query, isCurrent: route.page === "group", isWithin: false },
    { name: "Settings", path: studySettingsPath(route.slug) + query, isCurrent: route.page === "study_settings", isWithin: false },
    ...(mayChange ? [{ name: "People", path: studyPeoplePath(route.slug) + query, isCurrent: route.page === "study_people", isWithin: false }] : []),
  ];
  return (
    <nav class="study-nav" aria-label="This study">
      {places.map(({ name, path, isCurrent, isWithin }) => (
        <a key={name} href={path} aria-current={isCurrent ? "page" : isWithin ? "true" : undefined} data-testid={`study-nav-${name.toLowerCase()}`}>
          {name}
        </a>
      ))}
    </nav>
  );
}
