/* endpoints.h - the handlers, one file per resource: ep_<resource>.c. The wire is described in schema/openapi.yaml. */
#ifndef DINOLAB_HTTP_ENDPOINTS_H
#define DINOLAB_HTTP_ENDPOINTS_H

#include "http/request.h"

/* ep_open_study.c */
enum http_result ep_open_study_get(struct http_request *req);
enum http_result ep_open_study_enroll(struct http_request *req);
enum http_result ep_open_study_arrive(struct http_request *req);
/* ep_document.c */
enum http_result ep_open_study_document(struct http_request *req);
/* ep_session.c */
enum http_result ep_session_get(struct http_request *req);
enum http_result ep_session_page(struct http_request *req);
enum http_result ep_session_comprehension(struct http_request *req);
enum http_result ep_session_events(struct http_request *req);
enum http_result ep_session_questionnaire(struct http_request *req);
enum http_result ep_session_finish(struct http_request *req);
/* ep_withdraw.c */
enum http_result ep_session_withdraw_preview(struct http_request *req);
enum http_result ep_session_withdraw(struct http_request *req);
/* ep_trial.c */
enum http_result ep_trial_put(struct http_request *req);
enum http_result ep_practice_put(struct http_request *req);
/* ep_media.c */
enum http_result ep_media_get(struct http_request *req);
/* ep_media.c, ep_material.c: material */
enum http_result ep_media_link(struct http_request *req);
enum http_result ep_stimulus_sets_get(struct http_request *req);
enum http_result ep_stimulus_sets_post(struct http_request *req);
enum http_result ep_import_get(struct http_request *req);
enum http_result ep_dimension_get(struct http_request *req);
/* ep_account.c */
enum http_result ep_account_setup(struct http_request *req);
enum http_result ep_account_login(struct http_request *req);
enum http_result ep_account_logout(struct http_request *req);
enum http_result ep_account_get(struct http_request *req);
/* ep_totp.c */
enum http_result ep_totp_get(struct http_request *req);
enum http_result ep_totp_post(struct http_request *req);
enum http_result ep_totp_confirm(struct http_request *req);
enum http_result ep_totp_off(struct http_request *req);
/* ep_own_account.c */
enum http_result ep_password_post(struct http_request *req);
enum http_result ep_logins_end(struct http_request *req);
enum http_result ep_tokens_get(struct http_request *req);
enum http_result ep_token_post(struct http_request *req);
enum http_result ep_token_delete(struct http_request *req);
/* ep_people.c */
enum http_result ep_accounts_get(struct http_request *req);
enum http_result ep_account_change(struct http_request *req);
enum http_result ep_invitation_post(struct http_request *req);
enum http_result ep_invitation_delete(struct http_request *req);
enum http_result ep_study_invite(struct http_request *req);
enum http_result ep_audit_get(struct http_request *req);
/* ep_member.c */
enum http_result ep_study_role_get(struct http_request *req);
enum http_result ep_study_people_get(struct http_request *req);
enum http_result ep_member_put(struct http_request *req);
enum http_result ep_member_delete(struct http_request *req);
/* ep_reconciliation.c */
enum http_result ep_reconciliation_post(struct http_request *req);
enum http_result ep_retention_put(struct http_request *req);
/* ep_study.c */
enum http_result ep_studies_get(struct http_request *req);
enum http_result ep_study_get(struct http_request *req);
enum http_result ep_study_stream(struct http_request *req);
enum http_result ep_study_session_get(struct http_request *req);
enum http_result ep_study_session_stream(struct http_request *req);
/* ep_study_edit.c */
enum http_result ep_study_settings_get(struct http_request *req);
enum http_result ep_studies_post(struct http_request *req);
enum http_result ep_study_definition(struct http_request *req);
enum http_result ep_study_patch(struct http_request *req);
enum http_result ep_study_state(struct http_request *req);
enum http_result ep_study_check(struct http_request *req);
enum http_result ep_study_duplicate(struct http_request *req);
enum http_result ep_study_file(struct http_request *req);
enum http_result ep_study_files_post(struct http_request *req);
enum http_result ep_study_unblind(struct http_request *req);
enum { STUDY_BODY_BYTES_MAX = 64 * 1024 * 1024 }; /* conditions written out: 10,000 of 120 trials */
bool ep_study_body_begin(struct http_request *req, struct err *err);
/* ep_group.c */
enum http_result ep_group_get(struct http_request *req);
enum http_result ep_group_stream(struct http_request *req);
enum http_result ep_group_loo(struct http_request *req);
/* ep_representations.c */
enum http_result ep_representations_get(struct http_request *req);
/* ep_project.c */
enum http_result ep_projects_get(struct http_request *req);
enum http_result ep_project_get(struct http_request *req);
/* ep_export.c */
enum http_result ep_export_get(struct http_request *req);
enum http_result ep_export_list(struct http_request *req);
/* ep_system.c */
enum http_result ep_system_get(struct http_request *req);
/* ep_upload.c */
enum http_result ep_upload_post(struct http_request *req);
enum http_result ep_upload_get(struct http_request *req);
bool             ep_upload_begin(struct http_request *req, struct err *err);
enum http_result ep_upload_put(struct http_request *req);
/* ep_import_representation.c */
enum http_result ep_stimulus_set_representation_post(struct http_request *req);
/* ep_score.c */
/* The group's topic of the study in the first parameter with the exclusions of ?exclude, for every reply that is made of the group's
 * numbers. `ending`: "" or "/loo". False while the study is blind, and for an exclusion that there is not. */
MUST_CHECK bool http_group_topic(struct http_request *req, const char *ending, char topic[HUB_TOPIC_BYTES], struct err *err);

enum http_result ep_scores_put(struct http_request *req);
enum http_result ep_scores_get(struct http_request *req);
/* ep_page.c */
enum http_result ep_page_participant(struct http_request *req);
enum http_result ep_page_dashboard(struct http_request *req);
enum http_result ep_page_asset(struct http_request *req);
enum http_result ep_health(struct http_request *req);

#endif
