// Being built.

import type { FunctionComponent } from "preact";
import { Notice } from "../parts/notice.tsx";

export const ProjectPage: FunctionComponent<{ slug: string; onUnauthorized: () => void }> = () => <Notice kind="hint">Nothing to see yet.</Notice>;

export const ProjectsPage: FunctionComponent<{  onUnauthorized: () => void }> = () => <Notice kind="hint">Nothing to see yet.</Notice>;
