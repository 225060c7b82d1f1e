// The people of a study: who works on it, until when participants' personal data are kept, and the platform's list beside ours.

import { MemberSection } from "../parts/member_section.tsx";
import { Notice } from "../parts/notice.tsx";
import { ReconciliationSection } from "../parts/reconciliation_section.tsx";
import { RetentionSection } from "../parts/retention_section.tsx";
import { isAtLeast, useRole } from "../parts/rights.tsx";
import { useTitle } from "../parts/small.tsx";
import { studyPath } from "../router.ts";

export function StudyPeoplePage({ slug, onUnauthorized }: { slug: string; onUnauthorized: () => void }) {
  const role = useRole(slug);
  useTitle(`People of ${slug}`);
  if (role === null) return <p class="waiting">Loading…</p>;
  if (!isAtLeast(role, "researcher")) return <Notice kind="error">This page is for researchers and owners of the study; you are a {role}. <a href={studyPath(slug)}>Back to the study</a>.</Notice>;
  return (
    <div class="people-page">
      <div class="page-head">
        <div>
          <p class="trail"><a href="/">Studies</a> / <a href={studyPath(slug)}>{slug}</a></p>
          <h1>People</h1>
        </div>
      </div>
      <MemberSection slug={slug} onUnauthorized={onUnauthorized} />
      <RetentionSection slug={slug} onUnauthorized={onUnauthorized} />
      <ReconciliationSection slug={slug} onUnauthorized={onUnauthorized} />
    </div>
  );
}
